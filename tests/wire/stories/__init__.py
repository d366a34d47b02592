"""Stories by subject; each is a function of one world and states its figures by hand."""
