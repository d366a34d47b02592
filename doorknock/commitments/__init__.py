"""Commitments 承诺书: voluntary, in any of five ways, withdrawable at any time."""
