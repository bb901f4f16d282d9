import { ERROR_CODE } from '@catalogue-sync/contracts';
import { RequestFailure } from '../http/request-failure.js';

/** The provider answered, and what it answered is no stream. `reason` ends the sentence "… gives no stream: ". */
export function noStream(reason: string): RequestFailure {
  return new RequestFailure(ERROR_CODE.streamUnavailable, `The provider gives no stream: ${reason}`);
}
