//! Makes code of the contracts in `proto/`, without protoc.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // What this service offers, and what it uses of others.
    for (folder, is_served) in [("proto", true), ("proto/clients", false)] {
        let files = contracts(Path::new(folder))?;
        let pool = protox::Compiler::new([folder])?
            .include_source_info(true)
            .include_imports(true)
            .open_files(files)?
            .descriptor_pool();
        let personal = personal_messages(&pool);
        let set = prost_types::FileDescriptorSet {
            file: pool.file_descriptor_protos().cloned().collect(),
        };
        if is_served {
            fs::write(out.join("descriptors.bin"), pool.encode_to_vec())?;
        }
        tonic_prost_build::configure()
            .build_server(is_served)
            .skip_debug(personal)
            .compile_fds(set)?;
    }
    Ok(())
}

/// The contracts of one folder, in order.
fn contracts(folder: &Path) -> Result<BTreeSet<PathBuf>, Box<dyn Error>> {
    let mut found = BTreeSet::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            found.insert(path);
        }
    }
    Ok(found)
}

/// Messages with fields that say something about a person: they tell nobody what they hold.
fn personal_messages(pool: &DescriptorPool) -> Vec<String> {
    let is_personal = |field: FieldDescriptor| {
        let options: DynamicMessage = field.options();
        let redacted = options.get_field_by_name("debug_redact");
        redacted.is_some_and(|value| value.as_bool() == Some(true))
    };
    pool.all_messages()
        .filter(|message| message.fields().any(is_personal))
        .map(|message| message.full_name().to_owned())
        .collect()
}
