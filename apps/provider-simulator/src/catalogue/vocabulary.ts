/**
 * The words that invented titles, people and plots are made of. No real title is meant. They hold what real catalogues hold: accents,
 * other scripts, right-to-left text, HTML entities, apostrophes, commas and ampersands.
 */
const SOURCE = {
  adjectives: (
    'Amber Blue Broken Burning Copper Crimson Distant Electric Empty Endless Fallen Forgotten Frozen Gilded Glass Hidden Hollow ' +
    'Iron Ivory Last Little Lonely Lost Midnight Northern Pale Paper Quiet Restless Rusty Salted Scarlet Second Secret Silent Silver ' +
    'Sleeping Slow Stolen Sunken Thirteenth Velvet Violet Wandering Winter Écarlate Éternel Señorial Größte Ночной Тихий Żelazny Hviezdny'
  ).split(' '),
  nouns: (
    'Anchor Archive Atlas Avenue Bakery Balcony Beacon Bridge Cabin Canyon Carousel Cartographer Cathedral Chandelier Clockmaker Compass ' +
    'Courier Crossing Ferry Feather Forest Fountain Garden Glacier Harbour Horizon Hour Island Kitchen Labyrinth Lantern Library Lighthouse ' +
    'Locksmith Machine Market Meadow Mirror Mountain Observatory Orchard Orchestra Passenger Pilgrim Postman Quarry Railway Raven River ' +
    'Satellite Schoolhouse Shadow Signal Staircase Station Storm Theatre Tide Tower Train Tunnel Umbrella Valley Violin Voyage Watchtower ' +
    'Weaver Whisper Windmill Château Forêt Château-Fort Corazón Straße Маяк Гавань 灯台 夜行列車 منارة'
  ).split(' '),
  places: (
    'Arlindale Bremmerhaven Castelmora Dunwick Elverum-Sud Farrow Grensholt Hallmark Ilmenor Jorvale Kestrelby Lumière Marrow Novigrad-Ost ' +
    'Oakhaven Port&nbsp;Ashby Quillon Ravensmere Saint-Élan Tarnów-Dolny Ustera Valdemossa Westray Xanthe Yarrow Zelenogor'
  ).split(' '),
  joiners: ['&amp;', 'and', 'of', 'without', 'against', 'vs.', 'beyond', 'or'],
  prefixes: ['', '', '', 'EN - ', 'FR - ', '|DE| ', '[4K] ', '┃NL┃ ', 'MULTI - '],
  firstNames: (
    'Ada Alvaro Amélie Anouk Arvid Bela Bruno Camille Ciara Dario Dorota Edwin Elif Emil Fatima Finn Giulia Hana Hugo Imre Ines Jonas ' +
    'Katarzyna Lars Leïla Lucía Malik Marta Mikko Nadia Noor Oksana Oskar Paolo Petra Rafael Renée Sami Selma Søren Tamar Theo Ulla ' +
    'Viktor Wanda Yusuf Zoë Łukasz Ирина'
  ).split(' '),
  lastNames: (
    'Abenov Aldous Bergström Borowiecki Calloway Castellane Damaskin Delacourt Eriksdotter Fairweather Ferreiro Galanis Grünewald Halloran ' +
    'Hrabal-Novák Ishikari Jankovski Kallio Kerrigan Lindqvist Lombardo MacAlder Marchetti Nakagusuku Nwosu-Bright O&#039;Dallan Okonjo ' +
    'Oyelaran Pemberley Petrosyan Quintana Rasmusdal Rosenfeldt Sandoval Szymborski Tennant-Vale Thorsen Ueland Vasquarez Vermeulen ' +
    'Wetherby Xuereb Yamanobe Zimmerlin'
  ).split(' '),
  countries: [
    'USA',
    'United Kingdom',
    'France',
    'Deutschland',
    'España',
    'Polska',
    'Россия',
    '日本',
    'Italia',
    'Canada',
    '',
  ],
  genres: [
    'Drama',
    'Comedy',
    'Thriller',
    'Sci-Fi &amp; Fantasy',
    'Documentary',
    'Crime',
    'Romance',
    'Family',
    'Animation',
    'Western',
    'Mystery',
    'Music',
    'History',
    'Война',
  ],
  openings: [
    'After a long absence,',
    'On the night of the great storm,',
    'When the last ferry is cancelled,',
    'Twenty years after the fire,',
    'In a town where nobody locks a door,',
    'Während der Winter kommt,',
    'À la veille du départ,',
    'Against the advice of everyone she trusts,',
    'One summer, by accident,',
  ],
  subjects: [
    'a retired cartographer',
    'an apprentice clockmaker',
    'a family of travelling musicians',
    'two sisters who have not spoken for years',
    'the only postman of the valley',
    'a stubborn harbour pilot',
    'an unemployed astronomer',
    'a locksmith&#039;s daughter',
    'the night porter of a grand hotel',
    'une institutrice sans histoire',
  ],
  deeds: [
    'finds a map that should not exist',
    'must bring a stranger across the mountains',
    'inherits a theatre full of debts',
    'discovers that the lighthouse has been lying',
    'agrees to one last crossing',
    'hears her own voice on an old tape',
    'starts a quarrel that divides the whole street',
    'opens a letter addressed to somebody else',
    'découvre une lettre oubliée',
    'takes the wrong train &mdash; on purpose',
  ],
  endings: [
    'and nothing will be as it was.',
    'while the town looks the other way.',
    'before the tide returns.',
    'with three days left and no money.',
    'but the past keeps its own accounts.',
    'and learns what silence costs.',
    'until the lights go out over the bay…',
    'and the orchestra keeps playing.',
    'mais personne ne la croit.',
    'as winter closes the only road.',
  ],
  channelNames:
    'One Prime Action Kino Sport Novelas Docu Kids Hits Retro Cinéma Noticias Travel Arena Family Gold Комедия Nature Classic Max Live'.split(
      ' ',
    ),
  regions: ['UK', 'FR', 'DE', 'ES', 'PL', 'US', 'AR', 'NL', 'IT'],
  containers: ['mkv', 'mp4', 'avi', 'mkv'],
  ages: ['', '6+', '12+', '16+', '18+'],
  certificates: ['', 'PG', 'PG-13', 'R', 'NR'],
  slash: ['/'],
};

/**
 * Phrases of several words, joined once: a row of a thousand bytes is then some fifty fragments instead of two hundred, which halves what it
 * costs.
 */
const PHRASES = {
  people: pairs(SOURCE.firstNames, SOURCE.lastNames),
  things: pairs(SOURCE.adjectives, SOURCE.nouns),
  /** Beginning of a sentence; a place follows. */
  leads: pairs(SOURCE.openings, SOURCE.subjects).map((lead) => `${lead} from `),
  /** End of a sentence, after the place. */
  turns: pairs(SOURCE.deeds, SOURCE.endings).map((turn) => ` ${turn}`),
};

/** Every word of one list before every word of another. */
function pairs(firsts: readonly string[], seconds: readonly string[]): string[] {
  return firsts.flatMap((first) => seconds.map((second) => `${first} ${second}`));
}

const ALL_WORDS = { ...SOURCE, ...PHRASES };

/** Lists of words and phrases, each encoded for the document it goes into. */
export type Vocabulary = { readonly [Field in keyof typeof ALL_WORDS]: readonly string[] };

function encoded(encode: (word: string) => string): Vocabulary {
  return Object.fromEntries(
    Object.entries(ALL_WORDS).map(([field, words]) => [field, words.map((word) => flat(encode(word)))]),
  ) as unknown as Vocabulary;
}

/** The same text in one piece: joined strings are trees inside the engine, and slow to copy. */
function flat(text: string): string {
  return text.split('').join('');
}

/**
 * A text as the inside of a JSON string the way PHP's json_encode writes it: non-ASCII as \uXXXX and slashes escaped, so that whole
 * bodies are ASCII. Escaping works character by character: a row may be put together from fragments that were escaped once, at start.
 */
export function jsonFragment(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Words for JSON bodies. */
export const JSON_WORDS = encoded(jsonFragment);
/** Words for plain text: playlists, sorting, searching. */
export const RAW_WORDS = encoded((word) => word);

/** The word that `draw` picks. */
export function pick(words: readonly string[], draw: number): string {
  return words[draw % words.length] ?? '';
}
