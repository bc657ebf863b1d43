//! The methods of `stock`.

use axum::Router;
use frame::Error;
use frame::grpc::Wire;
use frame::grpc::methods::{Asked, method};
use frame::http::Page;
use web::clients::stock::{shelf, item_entity, pb};

/// All of them, answered by `rest`.
pub fn methods(rest: &Router) -> Router {
    Router::new()
        .route(
            "/stock.v1.ShelfService/ListShelves",
            method(
                rest,
                |asked: pb::ListShelvesRequest| Ok(Asked::page("/api/shelves", asked.page_size, &asked.page_token)),
                |page: Page<shelf::Shelf>| pb::ListShelvesResponse {
                    items: page.items.into_iter().map(shelf_told).collect(),
                    next_page_token: page.next_cursor.unwrap_or_default(),
                },
            ),
        )
        .route(
            "/stock.v1.ShelfService/CreateShelf",
            method(
                rest,
                |asked: pb::CreateShelfRequest| Asked::post("/api/shelves", &shelf_fields(asked.fields)?),
                shelf_told,
            ),
        )
        .route(
            "/stock.v1.ShelfService/GetShelf",
            method(
                rest,
                |asked: pb::GetShelfRequest| Ok(Asked::get(shelf_path(&asked.id))),
                shelf_told,
            ),
        )
        .route(
            "/stock.v1.ShelfService/BatchGetShelves",
            method(
                rest,
                |asked: pb::BatchGetShelvesRequest| Ok(Asked::many("/api/shelves/batch", &asked.ids)),
                |found: Vec<shelf::Shelf>| pb::BatchGetShelvesResponse {
                    items: found.into_iter().map(shelf_told).collect(),
                },
            ),
        )
        .route(
            "/stock.v1.ShelfService/UpdateShelf",
            method(
                rest,
                |asked: pb::UpdateShelfRequest| {
                    let path = shelf_path(&asked.id);
                    Asked::put(path, asked.expected_version, &shelf_fields(asked.fields)?)
                },
                shelf_told,
            ),
        )
        .route(
            "/stock.v1.ShelfService/DeleteShelf",
            method(
                rest,
                |asked: pb::DeleteShelfRequest| Ok(Asked::delete(shelf_path(&asked.id), asked.expected_version)),
                |(): ()| pb::DeleteShelfResponse {},
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/ListItems",
            method(
                rest,
                |asked: pb::ListItemsRequest| Ok(Asked::page("/api/items", asked.page_size, &asked.page_token)),
                |page: Page<item_entity::ItemEntity>| pb::ListItemsResponse {
                    items: page.items.into_iter().map(item_entity_told).collect(),
                    next_page_token: page.next_cursor.unwrap_or_default(),
                },
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/CreateItemEntity",
            method(
                rest,
                |asked: pb::CreateItemEntityRequest| Asked::post("/api/items", &item_entity_fields(asked.fields)?),
                item_entity_told,
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/GetItemEntity",
            method(
                rest,
                |asked: pb::GetItemEntityRequest| Ok(Asked::get(item_entity_path(&asked.id))),
                item_entity_told,
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/BatchGetItems",
            method(
                rest,
                |asked: pb::BatchGetItemsRequest| Ok(Asked::many("/api/items/batch", &asked.ids)),
                |found: Vec<item_entity::ItemEntity>| pb::BatchGetItemsResponse {
                    items: found.into_iter().map(item_entity_told).collect(),
                },
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/UpdateItemEntity",
            method(
                rest,
                |asked: pb::UpdateItemEntityRequest| {
                    let path = item_entity_path(&asked.id);
                    Asked::put(path, asked.expected_version, &item_entity_fields(asked.fields)?)
                },
                item_entity_told,
            ),
        )
        .route(
            "/stock.v1.ItemEntityService/DeleteItemEntity",
            method(
                rest,
                |asked: pb::DeleteItemEntityRequest| Ok(Asked::delete(item_entity_path(&asked.id), asked.expected_version)),
                |(): ()| pb::DeleteItemEntityResponse {},
            ),
        )
}

fn shelf_path(id: &str) -> String {
    format!("/api/shelves/{id}")
}

fn shelf_fields(given: Option<pb::ShelfFields>) -> Result<shelf::ShelfFields, Error> {
    given.unwrap_or_default().try_into()
}

fn shelf_told(one: shelf::Shelf) -> pb::Shelf {
    pb::Shelf {
        id: one.id.to_wire(),
        version: one.version,
        created_at: Some(one.created_at.to_wire()),
        updated_at: Some(one.updated_at.to_wire()),
        fields: Some(one.fields.into()),
    }
}

fn item_entity_path(id: &str) -> String {
    format!("/api/items/{id}")
}

fn item_entity_fields(given: Option<pb::ItemEntityFields>) -> Result<item_entity::ItemEntityFields, Error> {
    given.unwrap_or_default().try_into()
}

fn item_entity_told(one: item_entity::ItemEntity) -> pb::ItemEntity {
    pb::ItemEntity {
        id: one.id.to_wire(),
        version: one.version,
        created_at: Some(one.created_at.to_wire()),
        updated_at: Some(one.updated_at.to_wire()),
        fields: Some(one.fields.into()),
    }
}
