import { textAnswer, type Answer } from '../server/answer.js';

/** What a player gets in the place of a film: a text that names what it plays, such as `movie-4711`. */
export function streamAnswer(label: string): Answer {
  return textAnswer(label, 200, 'video/mp2t');
}
