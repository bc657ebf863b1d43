//! Tables that all tenants share: whatever a statement says, PostgreSQL shows each its own rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use frame::config::{DatabaseSettings, Defaults};
use frame::tenancy::row_level::{check, keep_apart, open};
use frame::tenancy::{Tenant, app};
use frame::{App, Database, Error, Settings};
use secrecy::SecretString;
use sqlx::PgPool;

/// What the migrations of a service may make: keys, references to keys, and indexes.
const TABLES: &str = "
CREATE TABLE shelf (
    frame_tenant TEXT NOT NULL DEFAULT current_setting('app.tenant'),
    id INT NOT NULL,
    title TEXT NOT NULL,
    UNIQUE (frame_tenant, title),
    PRIMARY KEY (frame_tenant, id)
);
CREATE TABLE book (
    frame_tenant TEXT NOT NULL DEFAULT current_setting('app.tenant'),
    id INT NOT NULL,
    isbn TEXT,
    shelf INT,
    PRIMARY KEY (frame_tenant, id),
    FOREIGN KEY (frame_tenant, shelf) REFERENCES shelf (frame_tenant, id)
);
CREATE UNIQUE INDEX book_isbn ON book (frame_tenant, lower(isbn));
";

struct Library {
    nobody: Database,
    acme: PgPool,
    globex: PgPool,
}

fn settings(url: &str) -> DatabaseSettings {
    DatabaseSettings {
        url: SecretString::from(url),
        max_connections: 2,
        ..DatabaseSettings::default()
    }
}

async fn of(control: &Database, url: &str, tenant: &str) -> PgPool {
    let tenant = Tenant::parse(tenant).unwrap();
    let place = open(control, "library", &settings(url), &tenant).await;
    let Database::Postgres(pool) = place.unwrap() else {
        panic!("not PostgreSQL")
    };
    pool
}

/// A place with the kit's tables and others, for two tenants.
async fn library() -> Option<Library> {
    let url = frame::testing::postgres_url().await.unwrap()?;
    let nobody = Database::open(&settings(&url)).await.unwrap();
    check(&nobody).await.unwrap();
    let acme = of(&nobody, &url, "acme").await;
    let globex = of(&nobody, &url, "globex").await;
    let here = Database::Postgres(acme.clone());
    here.migrate_frame().await.unwrap();
    run(&acme, TABLES).await.unwrap();
    keep_apart(&here).await.unwrap();
    Some(Library {
        nobody,
        acme,
        globex,
    })
}

async fn run(pool: &PgPool, statements: &'static str) -> Result<u64, Error> {
    let done = sqlx::raw_sql(statements).execute(pool).await?;
    Ok(done.rows_affected())
}

async fn count(pool: &PgPool, table: &'static str) -> i64 {
    let select = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(select).fetch_one(pool).await.unwrap()
}

fn nobody(library: &Library) -> &PgPool {
    match &library.nobody {
        Database::Postgres(pool) => pool,
        Database::Sqlite(_) => panic!("not PostgreSQL"),
    }
}

const BOTH: &str = "INSERT INTO shelf (id, title) VALUES (1, 'Novels'); \
                    INSERT INTO book (id, isbn, shelf) VALUES (1, 'A', 1), (2, 'B', 1);";

#[tokio::test]
async fn the_same_keys_and_values_are_of_each() {
    let Some(library) = library().await else {
        return;
    };
    for pool in [&library.acme, &library.globex] {
        run(pool, BOTH).await.unwrap();
    }
    for taken in [
        "INSERT INTO shelf (id, title) VALUES (1, 'Other')",
        "INSERT INTO shelf (id, title) VALUES (2, 'Novels')",
        "INSERT INTO book (id, isbn) VALUES (3, 'a')",
    ] {
        let refused = run(&library.acme, taken).await;
        assert!(
            matches!(refused, Err(Error::Conflict(_))),
            "{taken}: {refused:?}"
        );
    }
    // One more of one tenant is nothing that the other could stand on.
    run(
        &library.acme,
        "INSERT INTO shelf (id, title) VALUES (7, 'Plays')",
    )
    .await
    .unwrap();
    let refused = run(
        &library.globex,
        "INSERT INTO book (id, shelf) VALUES (7, 7)",
    )
    .await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn a_forgotten_condition_reaches_nobody_else() {
    let Some(library) = library().await else {
        return;
    };
    for pool in [&library.acme, &library.globex] {
        run(pool, BOTH).await.unwrap();
    }
    assert_eq!(count(&library.acme, "book").await, 2);
    assert_eq!(
        run(&library.acme, "UPDATE book SET isbn = isbn || '!'").await,
        Ok(2)
    );
    let theirs = "SELECT count(*) FROM book WHERE isbn LIKE '%!'";
    let changed: i64 = sqlx::query_scalar(theirs)
        .fetch_one(&library.globex)
        .await
        .unwrap();
    assert_eq!(changed, 0);
    assert_eq!(run(&library.acme, "DELETE FROM book").await, Ok(2));
    assert_eq!(run(&library.acme, "DELETE FROM shelf").await, Ok(1));
    assert_eq!(
        (
            count(&library.globex, "shelf").await,
            count(&library.globex, "book").await
        ),
        (1, 2)
    );
    // Nor can a row be given away or put into another's.
    for refused in [
        "UPDATE book SET frame_tenant = 'acme'",
        "INSERT INTO shelf VALUES ('acme', 9, 'Given')",
    ] {
        assert!(run(&library.globex, refused).await.is_err(), "{refused}");
    }
    assert_eq!(count(&library.acme, "book").await, 0);
}

#[tokio::test]
async fn who_is_no_tenant_sees_nothing() {
    let Some(library) = library().await else {
        return;
    };
    run(&library.acme, BOTH).await.unwrap();
    assert_eq!(count(nobody(&library), "book").await, 0);
    assert_eq!(run(nobody(&library), "DELETE FROM book").await, Ok(0));
    assert!(
        run(
            nobody(&library),
            "INSERT INTO shelf (id, title) VALUES (2, 'Mine')"
        )
        .await
        .is_err()
    );
    assert_eq!(count(&library.acme, "book").await, 2);
}

#[tokio::test]
async fn a_connection_stays_with_its_tenant() {
    let Some(library) = library().await else {
        return;
    };
    run(&library.acme, BOTH).await.unwrap();
    // What a statement changes about it ends with the transaction, or goes back by RESET.
    let changes = "BEGIN; SET LOCAL app.tenant = 'acme'; COMMIT; \
                   SET app.tenant = 'acme'; RESET ALL";
    run(&library.globex, changes).await.unwrap();
    for _ in 0..4 {
        let tenant: String = sqlx::query_scalar("SELECT current_setting('app.tenant')")
            .fetch_one(&library.globex)
            .await
            .unwrap();
        assert_eq!(tenant, "globex");
    }
    assert_eq!(count(&library.globex, "book").await, 0);
}

#[tokio::test]
async fn the_tables_of_the_kit_are_apart_too() {
    let Some(library) = library().await else {
        return;
    };
    let open = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = current_schema() AND c.relkind = 'r' \
                AND c.relname NOT LIKE '%\\_migrations' \
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity)";
    let open: i64 = sqlx::query_scalar(open)
        .fetch_one(&library.acme)
        .await
        .unwrap();
    assert_eq!(open, 0);
    let note = "INSERT INTO frame_inbox (consumer_group, message_id, handled_at) \
                VALUES ('g', '00000000-0000-0000-0000-000000000001', 0)";
    for pool in [&library.acme, &library.globex] {
        run(pool, note).await.unwrap();
        assert_eq!(count(pool, "frame_inbox").await, 1);
    }
}

#[tokio::test]
async fn migrations_reach_the_rows_of_all() {
    let Some(library) = library().await else {
        return;
    };
    for pool in [&library.acme, &library.globex] {
        run(pool, BOTH).await.unwrap();
    }
    let known = "CREATE TABLE frame_tenants (name TEXT PRIMARY KEY); \
                 INSERT INTO frame_tenants VALUES ('acme'), ('globex')";
    run(nobody(&library), known).await.unwrap();
    keep_apart(&Database::Postgres(library.acme.clone()))
        .await
        .unwrap();
    // From whatever connection they run on.
    for (place, pool) in [("left", &library.acme), ("right", nobody(&library))] {
        let change =
            format!("SELECT frame_for_each_tenant('UPDATE shelf SET title = ''{place}''')");
        sqlx::raw_sql(sqlx::AssertSqlSafe(change))
            .execute(pool)
            .await
            .unwrap();
        for pool in [&library.acme, &library.globex] {
            let title = sqlx::query_scalar("SELECT title FROM shelf").fetch_one(pool);
            let title: String = title.await.unwrap();
            assert_eq!(title, place);
        }
    }
    assert_eq!(
        count(&library.acme, "frame_tenants").await,
        0,
        "tenants do not know each other"
    );
    assert_eq!(count(nobody(&library), "frame_tenants").await, 2);
}

#[tokio::test]
async fn what_cannot_be_kept_apart_is_refused() {
    let tenant = "frame_tenant TEXT NOT NULL DEFAULT current_setting('app.tenant')";
    for (made, reason) in [
        (
            "CREATE TABLE word (id INT)".to_owned(),
            "the table word does not say",
        ),
        (
            "CREATE TABLE word (id INT, frame_tenant TEXT)".to_owned(),
            "the table word does not say",
        ),
        (
            format!("CREATE TABLE word (id INT UNIQUE, {tenant})"),
            "the key word_id_key",
        ),
        (
            format!("CREATE TABLE word (id INT, {tenant}, EXCLUDE USING btree (id WITH =))"),
            "the key word_id_excl",
        ),
        (
            format!(
                "CREATE TABLE word (a TEXT, b INT, {tenant}, \
                 FOREIGN KEY (a, b) REFERENCES shelf (frame_tenant, id))"
            ),
            "the reference word_a_b_fkey",
        ),
        (
            "CREATE POLICY all_books ON book USING (true)".to_owned(),
            "the policy all_books",
        ),
        (
            "CREATE MATERIALIZED VIEW words AS SELECT 1 AS id".to_owned(),
            "words keeps no tenants apart",
        ),
    ] {
        let Some(library) = library().await else {
            return;
        };
        let create = sqlx::raw_sql(sqlx::AssertSqlSafe(made.clone()));
        create.execute(&library.acme).await.unwrap();
        let refused = keep_apart(&Database::Postgres(library.acme)).await;
        let Err(Error::Internal(text)) = refused else {
            panic!("{made}: {refused:?}")
        };
        assert!(text.contains(reason), "{text}");
    }
}

#[tokio::test]
async fn roles_that_see_everything_are_refused() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        return;
    };
    let control = Database::open(&settings(&url)).await.unwrap();
    let Database::Postgres(pool) = &control else {
        panic!("not PostgreSQL")
    };
    let is_super = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";
    let is_super: bool = sqlx::query_scalar(is_super).fetch_one(pool).await.unwrap();
    if !is_super {
        return;
    }
    let mut service = Settings::new(Defaults {
        name: "library",
        port: 0,
    });
    service.database = settings(&url);
    let none = async |_, _| -> Result<App, Error> { panic!("nothing is assembled") };
    let started = app(&service, &Default::default(), None, None, none).await;
    let refused = started.map(drop).unwrap_err().to_string();
    assert!(
        refused.contains("is a superuser") && refused.contains("CREATE ROLE"),
        "{refused}"
    );
}

#[tokio::test]
async fn sqlite_has_a_database_for_each() {
    let control = Database::memory().await.unwrap();
    check(&control).await.unwrap();
    let tenant = Tenant::parse("acme").unwrap();
    let own = open(&control, "library", &DatabaseSettings::default(), &tenant)
        .await
        .unwrap();
    own.migrate_frame().await.unwrap();
    keep_apart(&own).await.unwrap();
    assert!(matches!(own, Database::Sqlite(_)));
}
