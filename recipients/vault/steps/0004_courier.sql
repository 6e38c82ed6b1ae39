-- Cells that a courier was given may be posted in a later period than the one they were made for: `until` is the last
-- start at which it may. NULL for cells that the vault posts itself, in their own period or never.
ALTER TABLE post ADD COLUMN until INTEGER;
