-- Runs once, on an empty data directory. Each service migrates its own schema at start; the gateway reads with a role that can only read.
create role catalogue_reader login password 'catalogue_reader';
