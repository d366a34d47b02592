"""Regions 区划 and grids 网格: the tree from province to group, read from the official codes, and its loading."""
