-- What a migration does to the rows of all tenants: policies show it one tenant at a time.

CREATE FUNCTION frame_for_each_tenant(statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before CONSTANT text := coalesce(current_setting('app.tenant', true), '');
    tenant text;
    tenants text[] := '{}';
BEGIN
    PERFORM set_config('app.tenant', '', true);
    IF to_regclass('frame_tenants') IS NOT NULL THEN
        SELECT coalesce(array_agg(name), '{}') INTO tenants FROM frame_tenants;
    END IF;
    FOREACH tenant IN ARRAY tenants LOOP
        PERFORM set_config('app.tenant', tenant, true);
        EXECUTE statement;
    END LOOP;
    PERFORM set_config('app.tenant', before, true);
END
$$;
