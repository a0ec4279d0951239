//! What is printed parses back to the same program.

use jaxide_ir::{parse, same_program, verify};
use proptest::prelude::*;

use crate::{
    dialect::{read, registry},
    programs::program,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn printed_programs_parse_back(tape in prop::collection::vec(any::<u32>(), 0..400)) {
        let jaxpr = program(&tape);
        prop_assert_eq!(verify(&jaxpr, Some(&registry())), Ok(()));
        let text = jaxpr.to_string();
        let again = parse(&text, "text", &registry());
        let again = again.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(same_program(&jaxpr, &again), "{}\nread as\n{}", text, again);
        prop_assert_eq!(verify(&again, Some(&registry())), Ok(()));
        prop_assert_eq!(again.to_string(), text);
    }
}

#[test]
fn programs_differ_where_anything_but_numbering_differs() {
    let base = "{ lambda ; a:f32[] b:f32[]. let c:f32[] = add a b in (c,) }";
    let others = [
        "{ lambda a:f32[]; b:f32[]. let c:f32[] = add a b in (c,) }",
        "{ lambda ; a:f32[] b:f32[]. let c:f32[] = add b a in (c,) }",
        "{ lambda ; a:f32[] b:f32[]. let c:f32[] = mul a b in (c,) }",
        "{ lambda ; a:f32[] b:f32[]. let c:f32[] = add a b in (b,) }",
        "{ lambda ; a:f32[] b:f32[]. let c:f32[] = add a 1.0 in (c,) }",
        "{ lambda ; a:f16[] b:f16[]. let c:f16[] = add a b in (c,) }",
        "{ lambda ; a:f32[] b:f32[] d:f32[]. let c:f32[] = add a b in (c,) }",
    ];
    assert!(same_program(&read(base), &read(base)));
    for other in others {
        assert!(!same_program(&read(base), &read(other)), "{other}");
    }
}

#[test]
fn numbering_does_not_count() {
    let text = "{ lambda ; a:f32[]. let b:f32[] = sin a; c:f32[] = sin a in (c,) }";
    let mut renumbered = read(text);
    let first = renumbered.eqns[0].outputs[0];
    renumbered.eqns[0].outputs[0] = renumbered.eqns[1].outputs[0];
    renumbered.eqns[1].outputs[0] = first;
    renumbered.outputs[0] = first.into();
    assert!(same_program(&read(text), &renumbered));
    assert!(read(text) != renumbered);
}
