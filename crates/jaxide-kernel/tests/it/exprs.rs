//! Index expressions and maps: algebra, text, verification.

use jaxide_ir::{parse, verify};
use jaxide_kernel::{Expr, KERNEL, delinearize, linearize, text::parse_maps};

#[test]
fn quotients_vanish_where_ranges_allow() {
    let domain = [4, 6];
    let row_major = Expr::dim(0).times(6).plus(&Expr::dim(1));
    assert_eq!(row_major.quotient(6, 0, &domain), Expr::dim(0));
    assert_eq!(row_major.quotient(1, 6, &domain), Expr::dim(1));
    assert_eq!(row_major.range(&domain), (0, 23));
}

#[test]
fn splitting_a_position_and_joining_it_again_gives_it_back() {
    let domain = [24];
    let index = delinearize(&Expr::dim(0), &[2, 3, 4], &domain);
    assert!(index.iter().any(|expr| !expr.is_affine()));
    assert_eq!(linearize(&index, &[2, 3, 4], &domain), Expr::dim(0));
}

#[test]
fn values_agree_with_the_arithmetic_they_stand_for() {
    let domain = [24];
    let index = delinearize(&Expr::dim(0), &[2, 3, 4], &domain);
    for at in 0..24 {
        let values: Vec<i64> = index.iter().map(|expr| expr.value(&[at])).collect();
        assert_eq!(values, [at as i64 / 12, at as i64 / 4 % 3, at as i64 % 4]);
    }
}

#[test]
fn maps_print_and_parse() {
    for text in [
        "()",
        "((),)",
        "((d0, d1), (d1,))",
        "((d0 * 2 + d1 + 1, 0),)",
        "(iota(d0), (d0 * -1 + 3,))",
        "((d0 + -1,) where (0 <= d0 + -1 < 4) else -inf,)",
        "((((d0) floordiv 12), ((d0) floordiv 4 mod 3), ((d0) mod 4)),)",
    ] {
        let maps = parse_maps(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(maps.print(), text);
    }
    for text in ["", "(d0", "((d0) x)", "((d0 floordiv 0),)", "(iota d0)"] {
        parse_maps(text).unwrap_err();
    }
}

#[test]
fn an_index_that_leaves_its_operand_is_refused() {
    let program = |map: &str| {
        format!(
            "{{ lambda ; a:f32[3]. let
               b:f32[4] = kernel.map[
                 domain=(4,) in=(({map}),) out=((d0),)
                 body={{ lambda ; x:f32[]. let  in (x,) }}
               ] a
             in (b,) }}"
        )
    };
    let registry = jaxide_lax::registry().with(&KERNEL);
    let fits = parse(&program("((d0) mod 3)"), "test", &registry).unwrap();
    verify(&fits, Some(&registry)).unwrap();
    let leaves = parse(&program("d0"), "test", &registry).unwrap();
    let error = verify(&leaves, Some(&registry)).unwrap_err();
    assert!(error.to_string().contains("index d0 leaves operand f32[3]"), "{error}");
}
