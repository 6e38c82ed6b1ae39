-- A vault as the third version left it: what the second had, and cases.
INSERT INTO setting VALUES ('name', x'412e20477561726469616e');
INSERT INTO thread VALUES (1, x'71', x'51', 20000);
INSERT INTO message VALUES (1, x'71', x'b1', 1, 20000, 'whole', NULL, 20001);
INSERT INTO part VALUES (1, 0, x'f1', x'ce01', 1728000000, 1);
INSERT INTO chunk_period VALUES (1728000000, 2, 1);
INSERT INTO casefile (number, id, thread, origin, role, opened, touched) VALUES (1, x'ca', x'71', 'portal', 'ours', 20000, 20001);
INSERT INTO case_key VALUES (x'ca', x'4b');
INSERT INTO case_entry VALUES (x'4a', x'ca', 1, x'67', 20001, 'note', x'7b7d', x'51', x'b0');
INSERT INTO case_note VALUES (1, x'ca', 20001, x'b0', NULL);
INSERT INTO case_draft VALUES (x'ca', 20001, x'b0', NULL);
