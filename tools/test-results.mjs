// What Jest's result files say, for the last lines of a run.

/** One line for each failure, file first, with the first line of its message: `FAILED apps/x/src/y.spec.ts: name (reason)`. */
export function failuresOf(result, root = `${process.cwd()}/`) {
  return result.testResults.flatMap((file) => {
    const name = file.name.replace(root, '');
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0)
      return file.status === 'failed' ? [line(name, 'could not run', file.message)] : [];
    return failed.map((test) => line(name, test.fullName, test.failureMessages[0]));
  });
}

function line(file, test, message) {
  const reason = plain(message)
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '' && !text.startsWith('●'));
  return `FAILED ${file}: ${test}${reason === undefined ? '' : ` (${reason})`}`;
}

function plain(text) {
  // oxlint-disable-next-line no-control-regex -- colours are what it looks for; stays as long as Jest writes them
  return (text ?? '').replaceAll(/\u001B\[[0-9;]*m/g, '');
}
