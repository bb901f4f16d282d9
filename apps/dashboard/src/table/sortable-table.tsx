import { useUncontrolled } from '@mantine/hooks';
import {
  createSortedRowModel,
  functionalUpdate,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_text,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
  type SortDirection,
  type SortingState,
} from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { count } from '../words/numbers.js';
import { When } from '../words/times.js';
import './sortable-table.css';

export interface Column<T> {
  /** Stands at the top. In small letters it is what an order calls the column. */
  header: string;
  /** What rows are sorted by; those without it stand last, up or down. A column that has none cannot be sorted. */
  value?: (row: T) => string | number | undefined;
  /** What is shown, when it is not just the value. */
  cell?: (row: T) => ReactNode;
  isNumber?: boolean;
}

/** A column of moments, newest first when it is sorted; `none` is shown where there is no moment. */
export function timeColumn<T>(
  header: string,
  time: (row: T) => string | undefined,
  none: ReactNode = '',
): Column<T> {
  return {
    header,
    value: (row) => {
      const at = time(row);
      return at === undefined ? undefined : Date.parse(at);
    },
    cell: (row) => {
      const at = time(row);
      return at === undefined ? none : <When time={at} />;
    },
  };
}

interface SortableTableProps<T> {
  label: string;
  /** The same array each time, best a constant. */
  columns: readonly Column<T>[];
  /** In the order that they have until somebody sorts them, and again after the third press on a header. */
  rows: readonly T[];
  rowId: (row: T) => string;
  /** A column's name, with `-` before it for the highest first; empty for the order of the rows. Without it, the table keeps its order itself. */
  order?: string;
  onOrder?: (order: string) => void;
}

const FEATURES = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  // Texts by alphabet, with figures in them as numbers; which of the two it is, the table sees for itself.
  sortFns: { alphanumeric: sortFn_alphanumeric, text: sortFn_text },
});

/** A table whose rows people sort by its headers: texts from A, figures and moments from the highest, then the other way round. */
export function SortableTable<T extends RowData>(props: SortableTableProps<T>) {
  const { label, columns, rows, rowId } = props;
  const [order, setOrder] = useUncontrolled({
    value: props.order,
    defaultValue: '',
    onChange: props.onOrder,
  });
  const sorting = useMemo(() => sortingOf(order), [order]);
  const table = useTable({
    features: FEATURES,
    columns: useMemo(() => columns.map(definitionOf), [columns]),
    data: rows,
    getRowId: rowId,
    enableMultiSort: false,
    state: { sorting },
    onSortingChange: (updater) => setOrder(orderOf(functionalUpdate(updater, sorting))),
  });
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="quiet-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const sorted = table.getColumn(idOf(column));
              return (
                <HeaderCell
                  key={column.header}
                  column={column}
                  direction={sorted?.getIsSorted() || undefined}
                  sort={() => sorted?.toggleSorting()}
                />
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map(({ id, original }) => (
            <tr key={id}>
              {columns.map((column) => (
                <td key={column.header} className={column.isNumber ? 'number' : undefined}>
                  {column.cell === undefined ? plain(column.value?.(original)) : column.cell(original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const DIRECTIONS: Record<SortDirection, { name: 'ascending' | 'descending'; mark: string }> = {
  asc: { name: 'ascending', mark: '↑' },
  desc: { name: 'descending', mark: '↓' },
};

interface HeaderCellProps {
  column: Pick<Column<never>, 'header' | 'value' | 'isNumber'>;
  direction: SortDirection | undefined;
  sort: () => void;
}

function HeaderCell({ column: { header, value, isNumber }, direction, sort }: HeaderCellProps) {
  const className = isNumber ? 'number' : undefined;
  if (value === undefined)
    return (
      <th scope="col" className={className}>
        {header}
      </th>
    );
  const shown = direction === undefined ? undefined : DIRECTIONS[direction];
  return (
    <th scope="col" className={className} aria-sort={shown?.name ?? 'none'}>
      <button type="button" className="sort-button" onClick={sort}>
        {header}
        <span aria-hidden>{shown?.mark ?? '↕'}</span>
      </button>
    </th>
  );
}

function plain(value: string | number | undefined): string | undefined {
  return typeof value === 'number' ? count(value) : value;
}

function idOf({ header }: { header: string }): string {
  return header.toLowerCase();
}

function definitionOf<T extends RowData>(column: Column<T>): ColumnDef<typeof FEATURES, T> {
  const { header, value } = column;
  const id = idOf(column);
  return value === undefined ? { id, header } : { id, header, accessorFn: value, sortUndefined: 'last' };
}

function sortingOf(order: string): SortingState {
  return order === '' ? [] : [{ id: order.replace(/^-/, ''), desc: order.startsWith('-') }];
}

function orderOf([first]: SortingState): string {
  return first === undefined ? '' : `${first.desc ? '-' : ''}${first.id}`;
}
