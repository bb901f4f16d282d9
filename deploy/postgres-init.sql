-- Runs once, on an empty data directory. Each service migrates its own schema at start; the gateway reads the others' with a role that can only read.
create role catalogue_reader login password 'catalogue_reader';
-- Owns the gateway's own schema: keys, sessions, audit log.
create role catalogue_gateway login password 'catalogue_gateway';
grant create on database catalogue_sync to catalogue_gateway;
