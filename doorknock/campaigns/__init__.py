"""Campaigns 行动: when and where, which parts are on, and the versions of the commitment's text."""
