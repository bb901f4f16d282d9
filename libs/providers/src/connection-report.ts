import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type ErrorCode,
  type Protocol,
} from '@catalogue-sync/contracts';

/** What a test of a connection does, one after the other; each may throw a `CatalogueSyncError`. */
export interface ConnectionTest {
  /** Reaches the provider and logs in. */
  login(): Promise<{ detail: string; account?: ConnectionReport['account'] }>;
  count(): Promise<NonNullable<ConnectionReport['counts']>>;
}

/** Failures after which it is not even known whether the credentials are right. */
const NOT_REACHED: ReadonlySet<ErrorCode> = new Set([
  ERROR_CODE.providerUnreachable,
  ERROR_CODE.addressNotAllowed,
  ERROR_CODE.providerTimeout,
  ERROR_CODE.providerCoolingDown,
]);

/** Runs a test step by step. Failures of the provider end it and stand in the report; only a cancel is thrown. */
export async function reportConnection(protocol: Protocol, test: ConnectionTest): Promise<ConnectionReport> {
  const report: ConnectionReport = { ok: false, protocol, steps: [] };
  const started = performance.now();
  let counting = started;
  let step: 'login' | 'count' = 'login';
  try {
    const { detail, account } = await test.login();
    counting = performance.now();
    addStep(report, 'reach', true, 'The provider answers.', counting - started);
    addStep(report, 'login', true, detail, counting - started);
    if (account !== undefined) report.account = account;
    step = 'count';
    const counts = await test.count();
    const found = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
    addStep(report, 'count', true, found.join(', ') || 'Nothing is listed.', performance.now() - counting);
    report.counts = counts;
    report.ok = true;
  } catch (error) {
    if (!(error instanceof CatalogueSyncError) || error.code === ERROR_CODE.cancelled) throw error;
    report.error = { code: error.code, message: error.message };
    const took = performance.now() - (step === 'count' ? counting : started);
    const reached = !NOT_REACHED.has(error.code);
    if (step === 'login' && reached) addStep(report, 'reach', true, 'The provider answers.', took);
    addStep(report, step === 'login' && !reached ? 'reach' : step, false, error.message, took);
  }
  return report;
}

function addStep(
  report: ConnectionReport,
  name: ConnectionReport['steps'][number]['name'],
  ok: boolean,
  detail: string,
  milliseconds: number,
): void {
  report.steps.push({ name, ok, detail, milliseconds: Math.round(milliseconds) });
}
