"""People: roles, logins and sessions for the office, phones and their enrolment for the workers."""
