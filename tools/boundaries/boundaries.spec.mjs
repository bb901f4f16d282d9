import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../../.dependency-cruiser.mjs';

const fixtures = join(import.meta.dirname, 'fixtures');

/** The names of the rules that a tree breaks, judged by the very rules and options of the workspace. */
async function brokenRules(baseDir) {
  const { tsConfig: _unused, exclude: _fixturesToo, ...options } = config.options;
  const result = await cruise(
    ['.'],
    {
      ...options,
      baseDir,
      ruleSet: { forbidden: config.forbidden },
      validate: true,
      exclude: { path: '/dist/' },
    },
    options.enhancedResolveOptions,
  );
  return [...new Set(result.output.summary.violations.map((violation) => violation.rule.name))];
}

describe('import rules', () => {
  it.each(config.forbidden.map((rule) => rule.name))('%s bites on its fixture', async (name) => {
    expect(await brokenRules(join(fixtures, name))).toContain(name);
  });

  it('has no fixture without a rule', () => {
    expect(readdirSync(fixtures).sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
  });
});
