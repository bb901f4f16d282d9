import { gunzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { buildSegment } from '@catalogue-sync/snapshot-format';
import { GzipJson } from './gzip-json.js';

it('is one gzip member of written text and stored segments', async () => {
  // More than one stored block takes.
  const long = 'é'.repeat(70_000);
  const segment = buildSegment(Buffer.from('"a","b"'));
  const json = new GzipJson();
  const gzip = Buffer.concat([
    json.start(),
    json.text('['),
    json.segment(segment),
    json.text(`,"${long}",`),
    json.segment(segment),
    json.text(']'),
    json.end(),
  ]);
  expect(gunzipSync(gzip).toString()).toBe(`["a","b","${long}","a","b"]`);
});
