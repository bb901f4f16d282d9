export { mapRow } from './map-row.js';
export type { MappedRow, RowContext } from './mapped-row.js';
export { parseRows } from './parse-rows.js';
