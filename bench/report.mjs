// What the runs came to, as tables.

/** Rows of whole syncs, beside the floor's row of the same kind and size. */
export function syncTable(rows) {
  const floorOf = ({ kind, items }) =>
    rows.find((row) => row.name === 'floor' && row.kind === floorKind(kind) && row.items === items)?.seconds;
  const head =
    '| what | items | run | mode | seconds | items/s | times the floor | taken by the host | peak RSS, MB | Postgres, MB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |';
  return [head, ...rows.map((row) => syncLine(row, floorOf(row)))].join('\n');
}

/** The floor knows one way to read a list. */
function floorKind(kind) {
  return kind.replace(', read in full', '');
}

function syncLine(row, floorSeconds) {
  const ratio = floorSeconds ? (row.seconds / floorSeconds).toFixed(2) : '';
  const peaks = Object.entries(row.peaks)
    .map(([name, megabytes]) => `${name} ${megabytes === undefined ? '?' : Math.round(megabytes)}`)
    .join(', ');
  const cells = [
    `${row.name} ${row.protocol}`,
    row.items,
    row.kind,
    row.mode ?? '',
    row.seconds.toFixed(2),
    Math.round(row.items / row.seconds),
    ratio,
    row.stolen === undefined ? '' : `${(row.stolen * 100).toFixed(0)} %`,
    peaks,
    Math.round(row.bytes / 1e6),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** One figure a line: `{ what, figure, target }`. */
export function figureTable(figures) {
  const head = '| what | measured | target |\n| --- | --- | --- |';
  return [head, ...figures.map(({ what, figure, target }) => `| ${what} | ${figure} | ${target} |`)].join(
    '\n',
  );
}
