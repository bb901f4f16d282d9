import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';
import { isProviderId } from '../ids.js';

const CONTROL_CHARACTER = /\p{Cc}/u;
const MAC = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/;

/** The field may be absent. Unlike class-validator's IsOptional, an explicit null is not let through. */
export function Omittable(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** Trims a text; anything else passes on to the validators as it came. */
export function Trimmed(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
}

/** Reads a plain decimal integer of a query; anything else passes on as it came, and IsInt refuses it. */
export function IntegerText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  );
}

/** Brings a MAC address into the form portals expect: upper case, pairs parted by colons. */
export function MacForm(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toUpperCase().replaceAll('-', ':') : value,
  );
}

export function IsMac(options?: ValidationOptions): PropertyDecorator {
  return rule('isMac', (value) => typeof value === 'string' && MAC.test(value), {
    message: 'Write the MAC address as six pairs of hexadecimal digits: 00:1A:79:12:34:56.',
    ...options,
  });
}

/** The shape of a provider's id; whether there is such a provider is for its owner to say. */
export function IsProviderIdShape(): PropertyDecorator {
  return rule('isProviderIdShape', isProviderId, {
    message: "A provider's id is the letter p, then lower-case letters and digits.",
  });
}

/** One line of text without control characters: what may stand in a header, a cookie or a query without splitting it. */
export function IsLine(minLength: number, maxLength: number): PropertyDecorator {
  return rule(
    'isLine',
    (value) =>
      typeof value === 'string' &&
      value.length >= minLength &&
      value.length <= maxLength &&
      !CONTROL_CHARACTER.test(value),
    { message: `Give one line of ${minLength} to ${maxLength} characters, without control characters.` },
  );
}

/** An absolute http or https URL with a host, at most 4096 characters. */
export function IsHttpUrl(): PropertyDecorator {
  return rule('isHttpUrl', (value) => readHttpUrl(value) !== undefined, {
    message:
      'Give a whole URL that starts with http:// or https://, such as http://portal.example.com:8080/c/.',
  });
}

/** The base URL of an Xtream panel: no query, and not one of its scripts. */
export function IsPanelUrl(): PropertyDecorator {
  return rule(
    'isPanelUrl',
    (value) => {
      const url = readHttpUrl(value);
      return url === undefined || (url.search === '' && !url.pathname.endsWith('.php'));
    },
    {
      message:
        'Give the base URL of the panel only, such as http://panel.example.com:8080; user name and password have fields of their own.',
    },
  );
}

/** A time zone of the IANA database. */
export function IsTimeZoneName(): PropertyDecorator {
  return rule('isTimeZoneName', (value) => typeof value === 'string' && isTimeZone(value), {
    message: 'Give a time zone of the IANA database, such as Europe/Paris or UTC.',
  });
}

function readHttpUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || value.length > 4096 || CONTROL_CHARACTER.test(value)) return undefined;
  if (!/^https?:\/\/[^/?#]/i.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.hostname === '' ? undefined : url;
}

function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function rule(
  name: string,
  validate: (value: unknown) => boolean,
  options: ValidationOptions,
): PropertyDecorator {
  return ValidateBy({ name, validator: { validate } }, options);
}
