// `npm test`: builds, then checks format, types, lint and import rules, then runs every test, unit to end-to-end, and ends with one
// line that counts them. Nx caches each step, so a second run repeats only what a change touched.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { makeScratchFolder } from './scratch-folder.mjs';
import { failuresOf } from './test-results.mjs';

const steps = [
  ['run-many', '-t', 'build'],
  ['run-many', '-t', 'format-check', 'boundaries', 'lint', 'typecheck'],
  // Most of their time servers start and leases run out: four at a time suit two cores.
  ['run-many', '-t', 'test', '--parallel=4'],
  ['run-many', '-t', 'e2e', '--parallel=1'],
];
const only = process.argv.slice(2);
for (const file of globSync('{apps,libs,tools}/**/test-results/*.json', {
  exclude: (path) => path.includes('node_modules'),
})) {
  rmSync(file);
}

let ok = true;
const scratch = makeScratchFolder();
const env = { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false' };
for (const step of steps) {
  if (only.length > 0 && !only.some((target) => step.includes(target))) continue;
  // The end-to-end tests run as the system does, on a disk: they spend their time elsewhere.
  const own = step.includes('test') ? { TMPDIR: scratch.path } : {};
  const { status } = spawnSync('nx', step, { stdio: 'inherit', env: { ...env, ...own } });
  ok &&= status === 0;
}
scratch.remove();

let passed = 0;
let failed = 0;
const failures = [];
for (const file of globSync('{apps,libs,tools}/**/test-results/*.json', {
  exclude: (path) => path.includes('node_modules'),
})) {
  const result = JSON.parse(readFileSync(file, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  failures.push(...failuresOf(result));
}
if (!ok && failed === 0) {
  console.error('A step above failed outside the tests: see its output.');
  failed = 1;
}
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(ok && passed > 0 ? 0 : 1);
