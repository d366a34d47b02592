"""The fault simulator: real phones in Node, the real application, a virtual clock and a great many accidents."""
