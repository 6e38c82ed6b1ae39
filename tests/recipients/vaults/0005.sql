-- A vault as the fifth version left it: what the fourth had, and what guardians send one another.
INSERT INTO setting VALUES ('name', x'412e20477561726469616e');
INSERT INTO casefile (number, id, thread, origin, role, opened, touched) VALUES (1, x'ca', NULL, 'person', 'ours', 20000, 20001);
INSERT INTO case_key VALUES (x'ca', x'4b');
INSERT INTO case_peer VALUES (x'ca', x'67', 'copy');
INSERT INTO peer_has VALUES (x'67', x'4a');
INSERT INTO bundle_out VALUES (1, x'67', x'ca', x'b1', x'7061', 1, 20001, 0, 0, 0);
INSERT INTO bundle_sent VALUES (1, 0, 0, 1728000000, 20001);
INSERT INTO cell_post VALUES (1728000000, x'00', 'posted');
INSERT INTO bundle_in VALUES (x'b2', 0, 2, x'70', 20001);
INSERT INTO bundle_done VALUES (x'b3', x'67', 20001, '', 1);
INSERT INTO cosign VALUES (x'd1', x'67', 'story', x'7b7d', 20001, 'asked', 'waiting');
INSERT INTO frozen VALUES ('2026Q1', x'5b5d', 20001);
