"""An independent client of doorknock's wire, written from the sync document and nothing else.

It shares no code with the server: whatever the two agree on, they agree on through the document.
"""
