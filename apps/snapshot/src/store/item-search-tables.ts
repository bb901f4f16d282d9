const factsOf = (source: string) => `
  insert into searchable_item (provider_id, item_id, name_order, added_at, terms)
    select i.provider_id, i.item_id, f.name_order, f.added_at, f.terms
      from ${source} i
     cross join lateral item_facts(i.provider_id, i.kind, i.category, i.more_categories, i.payload) as f`;

/**
 * Makes all items of a table of new ones searchable. One that cannot be read is found by its id, kind and category alone, and never keeps the
 * others from being folded.
 */
const addFrom = (source: string) => `
  declare item record;
  begin
    begin
      ${factsOf(source)};
    exception when data_exception or program_limit_exceeded then
      for item in select * from ${source} loop
        begin
          ${factsOf(source)} where i.provider_id = item.provider_id and i.item_id = item.item_id;
        exception when data_exception or program_limit_exceeded then
          insert into searchable_item (provider_id, item_id, name_order, added_at, terms)
            values (item.provider_id, item.item_id, '', '',
                    array_to_tsvector(array[search_lexeme(item.provider_id, 'k', item.kind),
                                            search_lexeme(item.provider_id, 'c', item.category)]));
        end;
      end loop;
    end;`;

/**
 * What items are found and sorted by, apart from their payload: queries read narrow rows. Triggers keep it in the transaction that writes
 * `projected_item`. Rows there are inserted and deleted, never updated.
 */
export const itemSearchSql: readonly string[] = [
  // A text as it is compared: case and accents do not count. Most names are ASCII, and skip the dear part.
  `create function folded(value text) returns text language sql immutable parallel safe
   begin atomic
     select case when octet_length(value) = char_length(value) then lower(value)
                 else regexp_replace(normalize(lower(value), nfkd), '[\\u0300-\\u036f]', '', 'g') end;
   end`,
  `create function words_of(folded_text text) returns text[] language sql immutable parallel safe
   begin atomic
     select array_remove(string_to_array(regexp_replace(folded_text, '[^[:alnum:]]+', ' ', 'g'), ' '), '');
   end`,
  // Everything an item is filtered by is a lexeme behind its provider's id, so that one index serves any combination, and no query reads
  // another provider's entries. Marks: w a word, g a genre, y the year, c a category ('' for none), k the kind. Postgres takes 2046 bytes.
  `create function search_lexeme(provider text, mark text, value text) returns text language sql immutable parallel safe
   begin atomic
     select provider || ' ' || mark || left(value, 400);
   end`,
  // Finds what has all that is asked for, words by their beginnings; what is null is not asked for. Null when nothing is.
  `create function item_query(provider text, words text, kind text, genre text, year int, category text) returns tsquery
     language sql immutable parallel safe
   begin atomic
     select string_agg('''' || replace(replace(q.lexeme, '\\', '\\\\'), '''', '''''') || '''' || q.suffix, ' & ')::tsquery
       from (select search_lexeme(provider, 'w', w.word), ':*' from unnest(words_of(folded(words))) as w (word)
             union all select search_lexeme(provider, 'k', kind), '' where kind is not null
             union all select search_lexeme(provider, 'g', folded(genre)), '' where genre is not null
             union all select search_lexeme(provider, 'y', year::text), '' where year is not null
             union all select search_lexeme(provider, 'c', category), '' where category is not null) as q (lexeme, suffix);
   end`,
  // name_order and added_at are '' where the item does not tell.
  `create table searchable_item (
     provider_id text collate "C" not null,
     item_id text collate "C" not null,
     name_order text collate "C" not null,
     added_at text collate "C" not null,
     terms tsvector not null,
     primary key (provider_id, item_id)
   )`,
  `create index searchable_item_name on searchable_item (provider_id, name_order, item_id)`,
  `create index searchable_item_added on searchable_item (provider_id, added_at, item_id)`,
  `create index searchable_item_terms on searchable_item using gin (terms)`,
  // A name becomes its words in one replacement: calling words_of, and search_lexeme for each word, took a quarter longer. An empty word
  // at an end is a lexeme that no query asks for. Throws on a payload that Postgres does not take for JSON.
  `create function item_facts(provider text, kind text, category text, more_categories text, payload text)
     returns table (name_order text, added_at text, terms tsvector) language sql stable parallel safe
   begin atomic
     select left(n.folded_name, 200), left(coalesce(f."addedAt", f."modifiedAt", ''), 40),
            array_to_tsvector(
              string_to_array(
                provider || ' w'
                  || regexp_replace(left(n.searched, 450), '[^[:alnum:]]+', E'\\x01' || provider || ' w', 'g'),
                E'\\x01')
              || array[search_lexeme(provider, 'k', kind), search_lexeme(provider, 'c', category),
                       search_lexeme(provider, 'y', coalesce(f.year, ''))]
              || case when json_typeof(f.genres) = 'array' then
                   array(select search_lexeme(provider, 'g', folded(g.genre))
                           from json_array_elements_text(f.genres) as g (genre) where g.genre is not null) end
              || case when more_categories is not null then
                   array(select search_lexeme(provider, 'c', m.category)
                           from json_array_elements_text(more_categories::json) as m (category)) end)
       from json_to_record(payload::json)
         as f (name text, "originalName" text, genres json, year text, "addedAt" text, "modifiedAt" text)
      cross join lateral (
        select x.folded_name,
               case when strpos(f.name, f."originalName") > 0 then x.folded_name
                    else concat_ws(' ', x.folded_name, folded(f."originalName")) end as searched
          from (select folded(coalesce(f.name, '')) as folded_name offset 0) as x
        offset 0) as n;
   end`,
  `create function add_searchable_items() returns trigger language plpgsql set search_path from current as $$
   ${addFrom('new_item')}
     return null;
   end $$`,
  // By id, whatever the planner believes of a table without statistics.
  `create function remove_searchable_items() returns trigger language plpgsql set search_path from current as $$
   declare provider text;
   begin
     for provider in select distinct o.provider_id from old_item o loop
       delete from searchable_item s
        where s.provider_id = provider
          and s.item_id = any (array(select o.item_id from old_item o where o.provider_id = provider));
     end loop;
     return null;
   end $$`,
  `create trigger searchable_item_add after insert on projected_item
     referencing new table as new_item for each statement execute function add_searchable_items()`,
  `create trigger searchable_item_remove after delete on projected_item
     referencing old table as old_item for each statement execute function remove_searchable_items()`,
];

/** For the items that were folded before there was a search. */
export const indexFoldedItemsSql: readonly string[] = [`do $$ ${addFrom('projected_item')} end $$`];

/** The fold has read each item already: it writes what items are found by itself, and the triggers go. */
export const foldWritesSearchSql: readonly string[] = [
  `drop trigger searchable_item_add on projected_item`,
  `drop trigger searchable_item_remove on projected_item`,
  `drop function add_searchable_items()`,
  `drop function remove_searchable_items()`,
  `drop function item_facts(text, text, text, text, text)`,
];

/**
 * A letter without a small form of its own, such as a bold or a script capital, comes apart into an ordinary capital: case is folded once
 * more then. What was folded before is found as it was until its item changes.
 */
export const foldStyledCapitalsSql: readonly string[] = [
  `create or replace function folded(value text) returns text language sql immutable parallel safe
   begin atomic
     select case when octet_length(value) = char_length(value) then lower(value)
                 else regexp_replace(lower(normalize(lower(value), nfkd)), '[\\u0300-\\u036f]', '', 'g') end;
   end`,
];

/** Finds what has all that is asked for. `firstWord` says how the first word is looked for. */
const queryFunction = (name: string, firstWord: string) => `
  create or replace function ${name}(provider text, words text, kind text, genre text, year int, category text) returns tsquery
    language sql immutable parallel safe
  begin atomic
    select string_agg(q.condition, ' & ')::tsquery
      from (select case when w.number = 1 then ${firstWord} else word_condition(provider, w.word) end
              from unnest(words_of(folded(words))) with ordinality as w (word, number)
            union all select quoted_lexeme(provider, 'k', kind) where kind is not null
            union all select quoted_lexeme(provider, 'g', folded(genre)) where genre is not null
            union all select quoted_lexeme(provider, 'y', year::text) where year is not null
            union all select quoted_lexeme(provider, 'c', category) where category is not null) as q (condition);
  end`;

/**
 * The word that a name begins with has a mark of its own, f instead of w. `later_item_query` leaves out the items whose name begins with the first of
 * the words: they stand together in the order of names. What was folded before has its words marked w alike: it is found by either.
 */
export const firstWordsSql: readonly string[] = [
  `create function quoted_lexeme(provider text, mark text, value text) returns text language sql immutable parallel safe
   begin atomic
     select '''' || replace(replace(search_lexeme(provider, mark, value), '\\', '\\\\'), '''', '''''') || '''';
   end`,
  `create function word_condition(provider text, word text) returns text language sql immutable parallel safe
   begin atomic
     select '(' || quoted_lexeme(provider, 'f', word) || ':* | ' || quoted_lexeme(provider, 'w', word) || ':*)';
   end`,
  queryFunction('item_query', 'word_condition(provider, w.word)'),
  queryFunction('later_item_query', `quoted_lexeme(provider, 'w', w.word) || ':*'`),
];

/** Further views of the reader role: items and categories as they stand now, ahead of the newest version while a job runs. */
export const itemViews: readonly string[] = ['v_item', 'v_searchable_item'];

export const itemViewsSql: readonly string[] = [
  `create view v_item as select provider_id, item_id, kind, payload from projected_item`,
  `create view v_searchable_item as select provider_id, item_id, name_order, added_at, terms from searchable_item`,
];

/**
 * Lexemes as `libs/item-search` makes them: behind a short tag instead of the provider's id, with a word's beginnings as lexemes of their own. The column has a
 * new name: whoever reads the old lexemes or asks for new ones too early gets an error, and no empty list. A new table is quicker than an update, and
 * half as large.
 */
export const wordBeginningsSql: readonly string[] = [
  `drop view v_searchable_item`,
  `alter table searchable_item rename to searchable_item_before`,
  `alter table searchable_item_before drop constraint searchable_item_pkey`,
  `drop index searchable_item_name, searchable_item_added, searchable_item_terms`,
  `create table searchable_item (
     provider_id text collate "C" not null,
     item_id text collate "C" not null,
     name_order text collate "C" not null,
     added_at text collate "C" not null,
     lexemes tsvector not null
   )`,
  // A catalogue that is folded anew beside the live one has the lexemes of that one: its id stands in front of them.
  `insert into searchable_item (provider_id, item_id, name_order, added_at, lexemes)
     select b.provider_id, b.item_id, b.name_order, b.added_at,
            array_to_tsvector(array(
              select tag.tag || l.lexeme
                from unnest(b.terms_list) as term
               cross join lateral (select substr(term, strpos(term, ' ') + 1) as fact offset 0) as f
               cross join lateral (
                 select f.fact where left(f.fact, 1) not in ('f', 'w')
                 union all
                 select w.lexeme
                   from string_to_table(case left(f.fact, 1) when 'f' then 'fw' when 'w' then 'w' else '' end, null) as m (mark)
                  cross join lateral (
                    select m.mark || substr(f.fact, 2, n) from generate_series(1, least(5, char_length(f.fact) - 1)) as n
                    union all
                    select upper(m.mark) || substr(f.fact, 2) where char_length(f.fact) > 6) as w (lexeme)) as l (lexeme)))
       from (select *, tsvector_to_array(terms) as terms_list from searchable_item_before offset 0) as b
      cross join lateral (
        select left(translate(encode(sha256(convert_to(split_part(b.terms_list[1], ' ', 1), 'UTF8')), 'base64'), '+/', '-_'), 3)
        offset 0) as tag (tag)`,
  `drop table searchable_item_before`,
  `alter table searchable_item add primary key (provider_id, item_id)`,
  `create index searchable_item_name on searchable_item (provider_id, name_order, item_id)`,
  `create index searchable_item_added on searchable_item (provider_id, added_at, item_id)`,
  `create index searchable_item_lexemes on searchable_item using gin (lexemes)`,
  `analyze searchable_item`,
  `drop function later_item_query(text, text, text, text, int, text)`,
  `drop function item_query(text, text, text, text, int, text)`,
  `drop function word_condition(text, text)`,
  `drop function quoted_lexeme(text, text, text)`,
  `drop function search_lexeme(text, text, text)`,
  `drop function words_of(text)`,
  `drop function folded(text)`,
  `create view v_searchable_item as select provider_id, item_id, name_order, added_at, lexemes from searchable_item`,
];

/** What was folded before is laid as the fold lays it now, names that begin alike together. */
export const namesLieTogetherSql: readonly string[] = [
  `cluster searchable_item using searchable_item_name`,
  `analyze searchable_item`,
];
