"""A finished paper as data, and its forms: page, text, picture, Word, Excel, the county's own sheet."""
