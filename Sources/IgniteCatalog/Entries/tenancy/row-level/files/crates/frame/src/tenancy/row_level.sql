-- Keeps tenants apart in all tables of the schema, after the migrations: the kit's get a column with the
-- tenant and keys that hold it, the service's have them from its migrations or are refused, and all get
-- a policy. What is done is not done again.
DO $apart$
DECLARE
    place CONSTANT oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema());
    -- What belongs to no tenant. The bus has its tables to itself: envelopes say whose they are.
    shared CONSTANT text[] := ARRAY['_frame_migrations', '_sqlx_migrations', 'frame_tenants'];
    tables oid[];
    it record;
BEGIN
    -- Instances that start at once and tenants that are added at once.
    PERFORM pg_advisory_xact_lock(hashtext(current_schema() || '.frame_tenant'));
    PERFORM set_config('client_min_messages', 'warning', true);

    SELECT relname INTO it FROM pg_class
    WHERE relnamespace = place AND relkind IN ('p', 'm', 'f') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% keeps no tenants apart: take a plain table, since there are no policies for '
            'materialized views and foreign tables, and partitions have keys of their own', it.relname;
    END IF;

    SELECT coalesce(array_agg(oid ORDER BY relname), '{}') INTO tables FROM pg_class
    WHERE relnamespace = place AND relkind = 'r'
        AND relname <> ALL (shared) AND relname NOT LIKE 'frame\_bus\_%';

    FOR it IN
        SELECT t::regclass AS name FROM unnest(tables) t JOIN pg_class c ON c.oid = t
        WHERE c.relname LIKE 'frame\_%' AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = t AND a.attname = 'frame_tenant')
    LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN frame_tenant text NOT NULL '
            'DEFAULT current_setting(''app.tenant'')', it.name);
    END LOOP;

    FOR it IN
        SELECT k.conname, k.conrelid::regclass AS name, pg_get_constraintdef(k.oid) AS says
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid AND c.relname LIKE 'frame\_%'
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'frame_tenant'
        WHERE k.contype IN ('p', 'u') AND k.conrelid = ANY (tables) AND a.attnum <> ALL (k.conkey)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', it.name,
            it.conname, it.conname, regexp_replace(it.says, '\(', '(frame_tenant, '));
    END LOOP;

    FOR it IN
        SELECT i.indexrelid::regclass AS name, pg_get_indexdef(i.indexrelid) AS says
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relname LIKE 'frame\_%'
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'frame_tenant'
        WHERE i.indrelid = ANY (tables) AND a.attnum <> ALL (i.indkey::int2[])
    LOOP
        EXECUTE format('DROP INDEX %s', it.name);
        EXECUTE regexp_replace(it.says, ' USING btree \(', ' USING btree (frame_tenant, ');
    END LOOP;

    SELECT t::regclass AS name INTO it FROM unnest(tables) t WHERE NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = t AND a.attname = 'frame_tenant'
            AND a.atttypid = 'text'::regtype AND a.attnotnull AND NOT a.attisdropped) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the table % does not say whose its rows are: give it in its migration the column '
            'frame_tenant TEXT NOT NULL DEFAULT current_setting(''app.tenant'')', it.name;
    END IF;

    SELECT i.indexrelid::regclass AS name INTO it
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'frame_tenant'
    WHERE i.indrelid = ANY (tables) AND (i.indisunique OR i.indisexclusion)
        AND (i.indisexclusion OR a.attnum <> ALL (i.indkey::int2[])) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the key % would tell a tenant what others have: let it be unique with frame_tenant, '
            'as in UNIQUE (frame_tenant, …)', it.name;
    END IF;

    SELECT k.conname AS name INTO it FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conrelid = ANY (tables) AND NOT EXISTS (
        SELECT FROM unnest(k.conkey, k.confkey) AS pair (here, there)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here
        JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there
        WHERE a.attname = 'frame_tenant' AND b.attname = 'frame_tenant') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the reference % could lead to another tenant: let it hold frame_tenant, as in '
            'FOREIGN KEY (frame_tenant, …) REFERENCES … (frame_tenant, id)', it.name;
    END IF;

    SELECT p.polname AS name INTO it FROM pg_policy p
    WHERE p.polrelid = ANY (tables) AND p.polpermissive AND p.polname <> 'frame_tenant' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the policy % would let more through than a tenant''s rows: make it AS RESTRICTIVE',
            it.name;
    END IF;

    -- Forced, because the service owns its tables and policies do not hold an owner otherwise.
    FOR it IN
        SELECT t::regclass AS name FROM unnest(tables) t JOIN pg_class c ON c.oid = t
        WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
            SELECT FROM pg_policy p WHERE p.polrelid = t AND p.polname = 'frame_tenant'))
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS frame_tenant ON %s', it.name);
        EXECUTE format('CREATE POLICY frame_tenant ON %s '
            'USING (frame_tenant = current_setting(''app.tenant'', true)) '
            'WITH CHECK (frame_tenant = current_setting(''app.tenant'', true))', it.name);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', it.name);
    END LOOP;

    -- The names of the tenants are for connections of none.
    IF EXISTS (
        SELECT FROM pg_class
        WHERE relnamespace = place AND relname = 'frame_tenants' AND NOT relforcerowsecurity)
    THEN
        CREATE POLICY frame_tenant ON frame_tenants
            USING (coalesce(current_setting('app.tenant', true), '') = '');
        ALTER TABLE frame_tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    END IF;
END
$apart$;
