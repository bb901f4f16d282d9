import {
  ITEM_KINDS,
  type CatalogueCategory,
  type CatalogueItem,
  type ItemRatings,
  type ItemReferences,
} from '../item.js';
import { SCOPES } from '../scope.js';
import {
  count,
  flag,
  listOf,
  maybe,
  moment,
  named,
  number,
  objectOf,
  oneOf,
  ref,
  text,
} from './json-schema.js';

export const KIND = oneOf(ITEM_KINDS, 'What the item is.');
export const SCOPE = oneOf(SCOPES, 'What one listing of the provider covers, and the unit of completeness.');

const score = (whose: string) => number(`${whose} score.`, { minimum: 0, maximum: 10 });
const words = (description: string) => listOf({ type: 'string' }, description);

const RATINGS = named(
  'ItemRatings',
  objectOf<ItemRatings>('Scores from 0 to 10. They change without an update of the item.', {
    overall: maybe(score("The provider's own")),
    imdb: maybe(score('IMDb')),
    kinopoisk: maybe(score('Kinopoisk')),
  }),
);

const REFERENCES = named(
  'ItemReferences',
  objectOf<ItemReferences>('Ids of the work in public databases: hints for matching, not an identity.', {
    tmdb: maybe(text('TMDB id.')),
    imdb: maybe(text('IMDb id.')),
    kinopoisk: maybe(text('Kinopoisk id.')),
  }),
);

/** Body of `ItemAdded` and `ItemUpdated`, and the entry of a snapshot. */
export const ITEM = named(
  'CatalogueItem',
  objectOf<CatalogueItem>(
    'A channel, movie or series, whole. What the provider does not tell is left out, never null or empty.',
    {
      id: text('`<kind>:<external id>`: the same for as long as the provider lives.', { minLength: 1 }),
      kind: KIND,
      externalId: text("The provider's own id within the kind."),
      name: text('Title as the provider shows it.'),
      originalName: maybe(text('Title in the original language.')),
      categoryIds: words('Ids of all categories that list it, sorted; the first one is the primary.'),
      description: maybe(text('Plot or summary.')),
      genres: maybe(words('Genres.')),
      directors: maybe(words('Directors.')),
      actors: maybe(words('Actors.')),
      year: maybe(count('First year of release.', { minimum: 1870, maximum: 2199 })),
      endYear: maybe(count('Last year of a series or range.')),
      releaseDate: maybe(text('`YYYY-MM-DD`.', { format: 'date' })),
      country: maybe(text('Country or countries, as the provider writes them.')),
      durationMinutes: maybe(number('Running time, minutes.', { minimum: 0 })),
      ageRating: maybe(text('Age limit as the provider writes it: "12+".')),
      certificate: maybe(text('MPAA or similar: "PG-13".')),
      ratings: maybe(ref(RATINGS)),
      references: maybe(ref(REFERENCES)),
      poster: maybe(text("An absolute URL, or a path below the snapshot's imageBaseUrl.")),
      backdrops: maybe(words("Further images, in the provider's order.")),
      trailer: maybe(text('A YouTube id or URL.')),
      adult: maybe(flag('For adults only.')),
      highDefinition: maybe(flag('In high definition.')),
      container: maybe(text('File extension of the stream: "mkv".')),
      addedAt: maybe(moment('When the provider says it was added.')),
      modifiedAt: maybe(moment('When the provider says it was modified.')),
      number: maybe(number("A channel's place. It changes without an update of the item.")),
      epgChannelId: maybe(text("A channel's id in the programme guide; several may share one.")),
      archiveDays: maybe(number('Days of catch-up of a channel.', { minimum: 0 })),
      radio: maybe(flag('A radio station.')),
      seasonCount: maybe(count('Seasons of a series.')),
      episodeCount: maybe(count('Episodes of a series.')),
      playCommand: maybe(text('What a player hands back to the provider; secrets are placeholders.')),
      extra: maybe({
        type: 'object',
        additionalProperties: true,
        description:
          'Fields of the provider that have no place above. They change without an update of the item.',
      }),
    },
  ),
);

/** Body of `CategoryAdded` and `CategoryUpdated`. */
export const CATEGORY = named(
  'CatalogueCategory',
  objectOf<CatalogueCategory>("A provider's category.", {
    id: text('`<scope>:<external id>`.', { minLength: 1 }),
    scope: SCOPE,
    externalId: text("The provider's own id; in a playlist the normalised group title."),
    name: text('Title as the provider shows it.'),
    kind: maybe(KIND),
    parentId: maybe(text('`id` of the category above it.')),
    adult: maybe(flag('For adults only.')),
    position: maybe(count("Place in the provider's list, from 0. It changes without an update.")),
  }),
);
