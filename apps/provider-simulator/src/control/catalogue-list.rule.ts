import {
  validateSync,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidationError,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { NamedCatalogueDto } from './catalogue.dto.js';

/** A list of creation bodies, each valid by itself and with a name of its own; the message says what is wrong with which. */
@ValidatorConstraint({ name: 'catalogueList' })
export class CatalogueListRule implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return problems(value).length === 0;
  }

  defaultMessage({ property, value }: ValidationArguments): string {
    return `${property}: ${problems(value).join('; ')}`;
  }
}

function problems(value: unknown): string[] {
  if (!Array.isArray(value)) return ['must be a JSON list of catalogues, each with its name'];
  const names = value.map((each: unknown) => (each instanceof NamedCatalogueDto ? each.name : undefined));
  const repeated = names.filter((name, i) => name !== undefined && names.indexOf(name) !== i);
  return [
    ...value.flatMap((each: unknown, i) =>
      each instanceof NamedCatalogueDto
        ? validateSync(each, { whitelist: true, forbidNonWhitelisted: true })
            .flatMap(messages)
            .map((message) => `catalogue ${i + 1}: ${message}`)
        : [`catalogue ${i + 1} must be an object`],
    ),
    ...repeated.map((name) => `there are two catalogues ${name}`),
  ];
}

function messages(error: ValidationError): string[] {
  return [...Object.values(error.constraints ?? {}), ...(error.children ?? []).flatMap(messages)];
}
