import { describe, expect, it } from '@jest/globals';
import { LatencyWatch, type LatencyFinding } from './latency-watch.js';

function notes(
  watch: LatencyWatch,
  kind: string,
  times: number,
  ms: (at: number) => number,
): LatencyFinding[] {
  return Array.from({ length: times }, (_, at) => watch.note(kind, ms(at)));
}

describe('LatencyWatch', () => {
  it('finds latency that grows far over its own minimum, once', () => {
    const watch = new LatencyWatch();
    expect(notes(watch, 'page', 100, () => 50)).not.toContain('grown');
    const findings = notes(watch, 'page', 20, () => 3_000);
    expect(findings.filter((finding) => finding === 'grown')).toHaveLength(1);
  });

  it('takes no notice of single slow answers, and of little', () => {
    const watch = new LatencyWatch();
    const spikes = notes(watch, 'page', 500, (at) => (at % 20 === 19 ? 5_000 : 50));
    expect(spikes).not.toContain('grown');
    const small = notes(new LatencyWatch(), 'page', 500, (at) => (at < 100 ? 1 : 400));
    expect(small).not.toContain('grown');
  });

  it('leaves a slow provider in peace that becomes somewhat slower', () => {
    const findings = notes(new LatencyWatch(), 'page', 500, (at) => (at < 100 ? 2_000 : 5_000));
    expect(findings).not.toContain('grown');
  });

  it('takes growth that stays although less is asked for the new measure', () => {
    const watch = new LatencyWatch();
    notes(watch, 'page', 100, () => 50);
    const findings = notes(watch, 'page', 2_000, () => 3_000);
    expect(findings.filter((finding) => finding !== 'steady')).toEqual(['grown', 'grown-without-us']);
  });

  it('finds it again when asking less had helped', () => {
    const watch = new LatencyWatch();
    notes(watch, 'page', 100, () => 50);
    expect(notes(watch, 'page', 20, () => 3_000)).toContain('grown');
    expect(notes(watch, 'page', 100, () => 60)).not.toContain('grown-without-us');
    expect(notes(watch, 'page', 20, () => 3_000)).toContain('grown');
  });

  it('follows a list that grows slower page by page', () => {
    const watch = new LatencyWatch();
    expect(notes(watch, 'page', 6_000, (at) => 20 + at / 2)).not.toContain('grown');
  });

  it('measures each kind of request by itself, and a bounded number of them', () => {
    const watch = new LatencyWatch();
    notes(watch, 'handshake', 100, () => 5);
    expect(notes(watch, 'page', 100, () => 2_000)).not.toContain('grown');
    for (let kind = 0; kind < 100; kind++) notes(watch, `kind ${kind}`, 20, (at) => (at < 10 ? 1 : 9_000));
    expect(notes(watch, 'one more', 100, (at) => (at < 50 ? 1 : 9_000))).not.toContain('grown');
  });
});
