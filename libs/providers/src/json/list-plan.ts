/** Where in an answer the list of rows may stand. */
export interface ListPlace {
  /** Keys from the root, joined by dots; "" for the root itself. */
  path: string;
  /** Whether an object may stand for the array, its values being the rows: PHP writes arrays with gaps so. */
  keyed: 'never' | 'numeric' | 'any';
}

/** A run of whole rows, as offsets into the scanned body. */
export interface RowSlice {
  start: number;
  end: number;
  rows: number;
  /** Where each row starts and ends, from `start`; where it was asked for, and the list is an array. */
  bounds?: number[];
}

export interface JsonListReport {
  /** A list was found at one of the places. */
  found: boolean;
  /** The rows are values of an object: slices hold keys between the rows. */
  keyed: boolean;
  /** The whole answer closes as JSON must. */
  closed: boolean;
  /** None where rows were recognised. */
  slices: RowSlice[];
  /** Rows that are not too long. */
  rows: number;
  /** Rows among them that are no objects. */
  oddRows: number;
  /** Rows left out because each alone is too long. */
  oversizedRows: number;
  /** Scalars beside the list, by path: `js.total_items`. Only the first few, and only short ones. */
  members: ReadonlyMap<string, string>;
  bytes: number;
}

/** Knows rows by their bytes, so that they need not be looked through, and takes each row of a list as it comes. */
export interface KnownRows {
  /**
   * Bytes of the row that begins at `at`, when it is known: it is taken then. 0 when it is not. Below 0: that can be told when so many bytes of
   * it are there, as a negative number.
   */
  match(chunk: Buffer, at: number): number;
  /** Takes a row that was looked through. Its bytes may be written over after the call. */
  scanned(row: Buffer): void;
  /** Settles when there is room for more, where there is none. */
  room(): void | Promise<void>;
}
