// What the rows of apps/standalone/faults came to, as tables.

/**
 * Joins what the rows say of themselves (JSON lines) with Jest's results. `broken` are files that failed outside of any row: none of
 * their rows can be trusted.
 */
export function readRows(lines, results) {
  const known = new Map();
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const row = JSON.parse(line);
    known.set(`${row.area} ${row.name}`, row);
  }
  const rows = [];
  // Files end in the order that their workers come to: the table's order is theirs by name.
  for (const file of results.testResults.toSorted((a, b) => a.name.localeCompare(b.name))) {
    for (const test of file.assertionResults) {
      if (test.status !== 'passed' && test.status !== 'failed') continue;
      const row = known.get(test.fullName) ?? { area: '', name: test.fullName, fault: '', expected: '' };
      const reason = test.failureMessages[0]?.split('\n')[0] ?? '';
      rows.push({ ...row, passed: test.status === 'passed', reason, seconds: (test.duration ?? 0) / 1000 });
    }
  }
  const broken = results.testResults
    .filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    )
    .map((file) => `A file of rows could not run: ${file.message}`);
  return { rows, broken };
}

/** One line a row, areas as headings. */
export function tableForTerminal(rows) {
  const lines = [];
  for (const [area, members] of byArea(rows)) {
    lines.push(area);
    for (const row of members) {
      lines.push(
        `  ${row.passed ? 'passed' : 'FAILED'}  ${row.seconds.toFixed(1).padStart(5)} s  ${row.name}`,
      );
      if (!row.passed) lines.push(`                   ${row.fault}`, `                   ${row.reason}`);
    }
  }
  return lines.join('\n');
}

/** Markdown, a table for each area; without times, so that a run that sees the same writes the same. */
export function tableForDocs(rows) {
  const lines = ['', '<!-- oxfmt-ignore-start -->'];
  for (const [area, members] of byArea(rows)) {
    lines.push(
      '',
      `### ${area[0].toUpperCase()}${area.slice(1)}`,
      '',
      '| row | fault | what must be seen | result |',
      '| --- | --- | --- | --- |',
    );
    for (const { name, fault, expected, passed } of members) {
      lines.push(`| ${[name, fault, expected, passed ? 'passed' : '**failed**'].map(cell).join(' | ')} |`);
    }
  }
  return [...lines, '', '<!-- oxfmt-ignore-end -->', ''].join('\n');
}

function byArea(rows) {
  const areas = new Map();
  for (const row of rows) areas.set(row.area, [...(areas.get(row.area) ?? []), row]);
  return [...areas].sort(([a], [b]) => a.localeCompare(b));
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
