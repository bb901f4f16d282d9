import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../security/requires-scope.js';
import { isProblemCode, PROBLEM_KINDS, type ProblemKind } from './problem-catalogue.js';
import { ProblemError } from './problem-error.js';

/** What the `type` of a problem answer leads to. */
@ApiExcludeController()
@Public('the same table as in the source; a client without a key is led here too')
@Controller('problems')
export class ProblemsController {
  @Get()
  list(): Record<string, ProblemKind> {
    return PROBLEM_KINDS;
  }

  @Get(':code')
  get(@Param('code') code: string): ProblemKind & { code: string } {
    if (!isProblemCode(code))
      throw new ProblemError('route-not-found', 'There is no such problem; /problems lists them.');
    return { code, ...PROBLEM_KINDS[code] };
  }
}
