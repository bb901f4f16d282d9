/** For a service's first migration. Rows stay when a lease is released: the token must go on rising. */
export const leaseTableSql: string[] = [
  `create table lease (
    name text primary key,
    owner text not null,
    token bigint not null,
    expires_at timestamptz not null
  )`,
];
