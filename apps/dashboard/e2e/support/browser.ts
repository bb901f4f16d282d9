import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { RunningSystem } from './running-system.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is waited for comes within seconds; on a machine that is busy with other work it takes longer. */
const PATIENCE_MS = 90_000;

export interface PageOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

/** The Chromium that tools/browser.mjs found. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (executablePath === undefined)
    throw new Error('CHROMIUM_PATH names no browser: run these by "npm run test:browser".');
  // In a container there is no user namespace to build the sandbox with; only our own pages are opened.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page of a browser of its own, signed in by a login link. */
export async function signedInPage(
  browser: Browser,
  system: RunningSystem,
  { width = 1280, height = 800, colorScheme = 'light' }: PageOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, baseURL: system.api });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(await system.loginPath());
  await page.waitForURL('**/providers', { waitUntil: 'commit' });
  return page;
}

/** What axe finds to be serious or worse, in words. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger, which the page's own policy does not hold for.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
