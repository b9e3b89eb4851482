ALTER TABLE {{schema}}forget ADD COLUMN is_repaired {{flag}};
