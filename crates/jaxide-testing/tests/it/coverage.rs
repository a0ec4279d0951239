//! Every op runs on every engine and has a filetest, but for the holes listed here.

use jaxide_testing::{
    coverage::{covers, filetests},
    engine::Engine,
    registry,
};

/// Holes as `OP WHAT` with the reason. This list may only shrink.
const HOLES: &[(&str, &str)] = &[];

#[test]
fn ops_have_engines_and_filetests_but_for_the_listed_holes() {
    let registry = registry();
    let mut holes = Vec::new();
    for op in registry.ops() {
        for engine in Engine::ALL {
            if !covers(op, engine) {
                holes.push(format!("{} {engine}", op.name));
            }
        }
        if filetests(op).is_none() {
            holes.push(format!("{} filetest", op.name));
        }
    }
    let listed = |hole: &&String| HOLES.iter().any(|(name, _)| name == hole);
    let new: Vec<&String> = holes.iter().filter(|hole| !listed(hole)).collect();
    assert!(new.is_empty(), "new holes: {new:#?}");
    let mended = HOLES.iter().filter(|(name, _)| !holes.iter().any(|hole| hole == name));
    let mended: Vec<&str> = mended.map(|(name, _)| *name).collect();
    assert!(mended.is_empty(), "no holes any more, take them off the list: {mended:#?}");
}
