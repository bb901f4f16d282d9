import { expect, it } from '@jest/globals';
import { eventPageText } from './event-page-text.js';

it('sets raw bodies in as they are', () => {
  const text = eventPageText({
    head: 9,
    nextAfter: 4,
    events: [
      {
        seq: 4,
        type: 't',
        time: new Date(0),
        subject: 'movie:"1"',
        jobId: null,
        reason: null,
        data: '{"id": 12345678901234567890, "name":"a"}',
      },
    ],
  });
  expect(text).toContain('"data":{"id": 12345678901234567890, "name":"a"}');
  expect(JSON.parse(text)).toMatchObject({
    events: [{ seq: 4, type: 't', time: '1970-01-01T00:00:00.000Z', subject: 'movie:"1"' }],
    nextAfter: 4,
    head: 9,
  });
});

it('stays where it is when nothing follows', () => {
  const text = eventPageText({ head: 7, nextAfter: 7, events: [] });
  expect(JSON.parse(text)).toEqual({ events: [], nextAfter: 7, head: 7 });
});
