import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEM_MEDIA_TYPE, ProblemDto } from '@catalogue-sync/contracts/rest';

/** Documents the problem answers of a handler or controller: its special statuses in words, and all others as default. */
export function ApiProblems(descriptions: Record<number, string> = {}): ClassDecorator & MethodDecorator {
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(ProblemDto) } } };
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({ status: 'default', description: 'Any error.', content }),
    ...Object.entries(descriptions).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content }),
    ),
  );
}
