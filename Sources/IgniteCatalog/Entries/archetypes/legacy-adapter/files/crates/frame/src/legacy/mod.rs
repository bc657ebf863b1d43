//! What a legacy system holds, brought over: read, translated, kept, told.
//!
//! A [`Source`] reads records over REST, SOAP or from files; a [`Translation`] puts them into our
//! form; a [`Target`] keeps them and tells the other services. Each thing of the legacy system has
//! one id of ours for ever. A record that says what it said before has no effect, one that cannot
//! come over is set aside with the reason and does not stop the rest. How far a kind was read is
//! committed together with what was read, and a lease lets one instance at a time read it.
//!
//! ```
//! use frame::legacy::{FieldForm, FieldSpec, KindSpec, Protocol, Translation};
//!
//! static CUSTOMER: KindSpec = KindSpec {
//!     name: "Customer",
//!     fields: &[FieldSpec { name: "name", form: FieldForm::Text, is_optional: false, is_list: false }],
//! };
//! let text = "[kinds.Customer]\nid = \"NO\"\nrest = { path = \"/customers\" }\n\
//!             [kinds.Customer.fields]\nnam = { from = \"NAME\" }\n";
//! let error = Translation::parse("translation.toml", text, &[&CUSTOMER], Protocol::Rest);
//! let told = error.map(drop).map_err(|error| error.to_string());
//! assert!(told.is_err_and(|told| told.contains("translation.toml:5: Customer has no field nam")));
//! ```

mod adapter;
mod convert;
mod cursor;
mod file;
mod folder;
mod form;
mod ids;
mod lines;
mod notices;
mod operations;
mod path;
mod quarantine;
mod record;
mod rest;
mod settings;
mod soap;
mod sources;
mod spec;
mod sync;
mod translation;
mod xml;

pub use adapter::{Adapter, Outcome, Target};
pub use cursor::SyncState;
pub use folder::FolderSource;
pub use quarantine::SetAside;
pub use record::Item;
pub use rest::RestSource;
pub use settings::LegacySettings;
pub use soap::SoapSource;
pub use sources::{Page, Protocol, Source};
pub use spec::{FieldForm, FieldSpec, KindSpec};
pub use sync::Synced;
pub use translation::{KindMap, Translation, TranslationError, TranslationProblem};
