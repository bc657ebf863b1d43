//! The translation file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileForm {
    #[serde(default)]
    pub terms: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    pub kinds: BTreeMap<Spanned<String>, KindForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindForm {
    pub id: Spanned<String>,
    pub changed: Option<Spanned<String>>,
    pub deleted: Option<DeletedForm>,
    #[serde(default)]
    pub complete: bool,
    pub page_size: Option<Spanned<u32>>,
    pub rest: Option<RestForm>,
    pub soap: Option<SoapForm>,
    pub file: Option<FileSourceForm>,
    #[serde(default)]
    pub fields: BTreeMap<Spanned<String>, RuleForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeletedForm {
    pub field: Spanned<String>,
    pub values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestForm {
    pub path: Spanned<String>,
    pub items: Option<String>,
    pub next: Option<Spanned<String>>,
    pub cursor: Option<String>,
    pub offset: Option<Spanned<String>>,
    pub limit: Option<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoapForm {
    #[serde(default)]
    pub path: String,
    pub action: Option<String>,
    pub body: Spanned<String>,
    pub item: Spanned<String>,
    pub next: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSourceForm {
    pub names: Spanned<String>,
    pub format: Spanned<String>,
    pub delimiter: Option<Spanned<String>>,
    pub encoding: Option<Spanned<String>>,
    pub prefix: Option<String>,
    #[serde(default)]
    pub columns: Vec<ColumnForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnForm {
    pub name: Spanned<String>,
    pub from: Spanned<usize>,
    pub to: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleForm {
    pub from: Option<Spanned<String>>,
    #[serde(default)]
    pub required: bool,
    pub default: Option<Spanned<Value>>,
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
    #[serde(default)]
    pub empty: Vec<String>,
    pub format: Option<Spanned<String>>,
    pub zone: Option<Spanned<String>>,
    pub scale: Option<Spanned<u32>>,
    pub separator: Option<String>,
    pub kind: Option<Spanned<String>>,
}
