-- A vault as the first version left it: a few rows of every table, so that a step which forgets one is found out.
INSERT INTO setting VALUES ('name', x'412e20477561726469616e'), ('portal', x'68747470733a2f2f706f7274616c2e6578616d706c65');
INSERT INTO certificate VALUES (x'c1', 20000), (x'c2', 20007);
INSERT INTO day_key VALUES (1, 'epoch', 20000, 20000, x'd1', 1, 'erased'), (2, 'epoch', 20003, 20003, x'd2', 1, 'held'),
    (3, 'fallback', 19990, 20019, x'd3', 0, 'lost');
INSERT INTO statement VALUES (1, x'e1', x'7b7d', 1), (2, x'e2', x'7b7d', 0);
INSERT INTO period VALUES (1728000000, 86400, 12, x'aa', 3), (1728086400, 86400, 0, x'ab', 0);
INSERT INTO thread VALUES (1, x'71', x'51', 20000), (4, x'72', x'52', 20001);
INSERT INTO message VALUES (1, x'71', x'b1', 2, 20000, 'whole', NULL, 20001), (2, x'71', x'b2', 3, 20001, 'partial', NULL, NULL),
    (3, x'72', x'b3', 1, 20001, 'refused', 'malformed', NULL);
INSERT INTO part VALUES (1, 0, x'f1', x'ce01', 1728000000), (1, 1, x'f2', x'ce02', 1728000000), (2, 0, x'f3', x'ce03', 1728086400),
    (3, 0, x'f4', x'ce04', 1728086400);
INSERT INTO refused VALUES (x'ce05', 1728000000, 'malformed');
INSERT INTO outgoing VALUES (1, x'71', x'a1', 1, x'7061', 1, 20001, x'', NULL), (2, x'71', x'a2', 2, x'7062', 1, 20001, x'b1', 1);
INSERT INTO post VALUES (1728000000, 86400, x'0000', 'posted'), (1728086400, 86400, x'0001', 'sealed');
INSERT INTO sealing VALUES (x'71', 20001, 0, 1, 0, 0, 1728000000), (x'71', 20001, 1, 2, 0, 0, 1728086400);
