-- A vault as the fourth version left it: cells given to a courier, and cells posted from here.
INSERT INTO setting VALUES ('away', x'31');
INSERT INTO thread VALUES (1, x'71', x'51', 20000);
INSERT INTO outgoing VALUES (1, x'71', x'a1', 1, x'7061', 1, 20001, x'', NULL);
INSERT INTO post VALUES (1728000000, 86400, x'0000', 'sealed', 1729209600), (1728086400, 86400, x'0001', 'posted', NULL);
INSERT INTO sealing VALUES (x'71', 20001, 0, 1, 0, 0, 1728000000);
