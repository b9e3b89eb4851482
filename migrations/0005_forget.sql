-- What is to be forgotten (core/records/forgotten.h): the id is a hash of the name, which stands nowhere.

CREATE TABLE {{schema}}forget (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  scope {{text}} NOT NULL
);
