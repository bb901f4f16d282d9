import { textAnswer, type Answer } from './answer.js';

/** The page that a firewall sends in place of what was asked for. */
export function challengePage(status: number): Answer {
  return textAnswer(
    '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>',
    status,
  );
}
