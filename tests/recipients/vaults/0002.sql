-- A vault as the second version left it: what the first had, and chunks of files.
INSERT INTO setting VALUES ('name', x'412e20477561726469616e');
INSERT INTO thread VALUES (1, x'71', x'51', 20000);
INSERT INTO message VALUES (1, x'71', x'b1', 1, 20000, 'whole', NULL, 20001);
INSERT INTO part VALUES (1, 0, x'f1', x'ce01', 1728000000);
INSERT INTO outgoing VALUES (1, x'71', x'a2', 2, x'7062', 1, 20001, x'b1', NULL);
INSERT INTO post VALUES (1728000000, 86400, x'0000', 'missed');
INSERT INTO sealing VALUES (x'71', 20001, 0, 1, 0, 0, 1728000000);
INSERT INTO chunk_period VALUES (1728000000, 2, 1), (1728086400, 7, 2);
INSERT INTO chunk VALUES (x'c401', 1728000000, 0), (x'c402', 1728000000, 1);
