//! `docs/passes.md`: the passes and the pipelines.

use jaxide_passes::{PASSES, PIPELINES, PassDef};

use super::GENERATED;

const HEAD: &str = "
# Passes

`jaxide opt FILE --passes NAME,NAME` runs passes on a program; a pipeline's name stands for its passes.
How to write one is in [adding-a-pass.md](adding-a-pass.md).

## On array programs

| pass | what it does |
|---|---|
";

const KERNELS: &str = "
## On the way to kernels

The backend `cpu` runs these after the array passes.

| pass | what it does |
|---|---|
";

const PIPELINES_HEAD: &str = "
## Pipelines

`jit` runs `default`.

| pipeline | passes |
|---|---|
";

pub(super) fn text() -> String {
    let mut text = format!("{GENERATED}{HEAD}");
    text.extend(PASSES.iter().map(|pass| row(pass)));
    text.push_str(KERNELS);
    text.extend(crate::extra_passes().iter().map(|pass| row(pass)));
    text.push_str(PIPELINES_HEAD);
    for (name, passes) in PIPELINES {
        let passes = if passes.is_empty() { "none".to_owned() } else { passes.join(", ") };
        text.push_str(&format!("| `{name}` | {passes} |\n"));
    }
    text
}

fn row(pass: &PassDef) -> String {
    format!("| `{}` | {} |\n", pass.name, pass.doc)
}
