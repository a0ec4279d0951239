//! Indexing: what it reads and updates, against a plain model over random indices, and its words.

use expect_test::{Expect, expect};
use jaxide_trace::{
    Array, DType, Ellipsis, Error, Index, IndexMode, NewAxis, array, ds, jit, make_jaxpr, s, scalar,
};

fn counting(shape: &[usize]) -> Array {
    let size: usize = shape.iter().product();
    Array::from_slice(shape, &(0..size as i32).collect::<Vec<_>>())
}

/// Reads, eagerly and jitted, and compares with what is expected.
fn reads(x: &Array, index: &[Index], shape: &[usize], expected: &[i32]) {
    let eager = x.get(index);
    assert_eq!(eager.shape(), shape);
    assert_eq!(eager.to_vec::<i32>(), expected);
    let index = index.to_vec();
    let jitted = jit(move |x: &Array| x.get(&index))(x);
    assert_eq!((jitted.shape(), jitted.to_vec::<i32>()), (shape, expected.to_vec()));
}

#[test]
fn basic_indices_read_what_numpys_do() {
    let x = counting(&[2, 3]);
    reads(&x, &s![1], &[3], &[3, 4, 5]);
    reads(&x, &s![-1, -1], &[], &[5]);
    reads(&x, &s![.., 1..], &[2, 2], &[1, 2, 4, 5]);
    reads(&x, &s![..;-1, 0..-1], &[2, 2], &[3, 4, 0, 1]);
    reads(&x, &s![.., ..;-2], &[2, 2], &[2, 0, 5, 3]);
    reads(&x, &s![NewAxis, 0, NewAxis, ..=1], &[1, 1, 2], &[0, 1]);
    reads(&x, &s![Ellipsis, 0], &[2], &[0, 3]);
    reads(&x, &s![5.., Ellipsis], &[0, 3], &[]);
    reads(&x, &s![], &[2, 3], &[0, 1, 2, 3, 4, 5]);
    assert_eq!(x.get(()).shape(), [2, 3]);
    assert_eq!(x.get(vec![Index::Integer(0), Index::NewAxis]).shape(), [1, 3]);
    assert_eq!(x.get((.., NewAxis, 0..2u8, NewAxis, Ellipsis)).shape(), [2, 1, 2, 1]);
    assert_eq!(scalar(1).get(NewAxis).shape(), [1]);
}

#[test]
fn arrays_of_an_index_stand_where_numpy_puts_them() {
    let x = counting(&[2, 3, 4]);
    let (i, j) = (array([1, 0]), array([-1, 2]));
    assert_eq!(x.get(&i).shape(), [2, 3, 4]);
    assert_eq!(x.get((.., &i, &j)).to_vec::<i32>(), [7, 2, 19, 14]);
    reads(&x, &s![&i, .., &j], &[2, 3], &[15, 19, 23, 2, 6, 10]);
    reads(&x, &s![.., &i, ..;-3], &[2, 2, 2], &[7, 4, 3, 0, 19, 16, 15, 12]);
    reads(&x, &s![.., 0, [1]], &[2, 1], &[1, 13]);
    reads(&x, &s![0, .., [1, 2]], &[2, 3], &[1, 5, 9, 2, 6, 10]);
    let column = array([[0], [1]]);
    assert_eq!(x.get((&column, .., &i)).shape(), [2, 2, 3]);
    assert_eq!(x.get((.., &column, &i, NewAxis)).shape(), [2, 2, 2, 1]);
    assert_eq!(x.get([0i32; 0]).shape(), [0, 3, 4]);
}

#[test]
fn masks_read_their_true_places() {
    let x = counting(&[2, 3]);
    reads(&x, &s![[false, true]], &[1, 3], &[3, 4, 5]);
    reads(&x, &s![.., [true, false, true]], &[2, 2], &[0, 2, 3, 5]);
    reads(&x, &s![&array([[true, false, false], [false, false, true]])], &[2], &[0, 5]);
    reads(&x, &s![true], &[1, 2, 3], &[0, 1, 2, 3, 4, 5]);
    reads(&x, &s![false, 0], &[0, 3], &[]);
    reads(&x, &s![.., true, [0]], &[2, 1], &[0, 3]);
    assert_eq!(x.get(x.gt(3)).to_vec::<i32>(), [4, 5]);
    assert_eq!(x.at(x.gt(3)).set(0).to_vec::<i32>(), [0, 1, 2, 3, 0, 0]);
    assert_eq!(x.at(true).add(1).to_vec::<i32>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn values_of_arrays_out_of_range_follow_the_mode() {
    let x = array([10, 20, 30]);
    let i = array([-1, -4, 3, 1]);
    let read = |mode| x.at(&i).mode(mode).get().to_vec::<i32>();
    assert_eq!(x.get(&i).to_vec::<i32>(), [30, 10, 30, 20]);
    assert_eq!(read(IndexMode::Clip), [30, 10, 30, 20]);
    assert_eq!(read(IndexMode::Fill), [30, i32::MIN, i32::MIN, 20]);
    assert_eq!(read(IndexMode::Wrap), [30, 30, 10, 20]);
    assert_eq!(x.at(&i).fill_value(7).get().to_vec::<i32>(), [30, 7, 7, 20]);
    assert_eq!(x.at(9).fill_value(7).get().item::<i32>(), 7);
    assert_eq!(x.at(9).mode(IndexMode::Clip).get().item::<i32>(), 30);
    assert_eq!(x.at(9).mode(IndexMode::Drop).set(1).to_vec::<i32>(), [10, 20, 30]);
    assert_eq!(x.at(&i).add(1).to_vec::<i32>(), [10, 21, 31]);
    assert_eq!(x.at(&i).mode(IndexMode::Wrap).add(1).to_vec::<i32>(), [11, 21, 32]);
    assert_eq!(x.at(&i).mode(IndexMode::Clip).add(1).to_vec::<i32>(), [11, 21, 32]);
    let empty = Array::from_slice::<i32>(&[0], &[]);
    assert_eq!(empty.at([0]).fill_value(4).get().to_vec::<i32>(), [4]);
    assert_eq!(empty.at([0]).set(4).shape(), [0]);
}

#[test]
fn indices_of_every_integer_dtype_reach_long_axes() {
    let x = counting(&[300]);
    let last = |i: Array| x.get(&i).to_vec::<i32>();
    assert_eq!(last(array([-1i8, 127])), [299, 127]);
    assert_eq!(last(array([255u8])), [255]);
    assert_eq!(last(array([-300i16])), [0]);
    assert_eq!(last(array([u32::MAX])), [299]);
    assert_eq!(last(array([u64::MAX, 3])), [299, 3]);
    assert_eq!(last(array([i64::MIN, i64::MAX])), [0, 299]);
}

#[test]
fn updates_change_the_places_alone() {
    let x = array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let flat = |y: Array| y.to_vec::<f32>();
    assert_eq!(flat(x.at(0).set(0)), [0.0, 0.0, 0.0, 4.0, 5.0, 6.0]);
    assert_eq!(flat(x.at((.., 1)).set(array([7, 8]))), [1.0, 7.0, 3.0, 4.0, 8.0, 6.0]);
    assert_eq!(flat(x.at(s![.., ..;-2]).set(array([7, 8]))), [8.0, 2.0, 7.0, 8.0, 5.0, 7.0]);
    assert_eq!(flat(x.at((.., NewAxis, 0)).set(array([[7], [8]]))), [7.0, 2.0, 3.0, 8.0, 5.0, 6.0]);
    assert_eq!(flat(x.at(..).multiply(2)), [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]);
    assert_eq!(flat(x.at(([0, 0], [1, 1])).subtract(1)), [1.0, 0.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(flat(x.at(1).divide(2)), [1.0, 2.0, 3.0, 2.0, 2.5, 3.0]);
    assert_eq!(flat(x.at(1).power(2)), [1.0, 2.0, 3.0, 16.0, 25.0, 36.0]);
    assert_eq!(flat(x.at((.., 1..)).min(2.5)), [1.0, 2.0, 2.5, 4.0, 2.5, 2.5]);
    assert_eq!(flat(x.at((.., 1..)).max(2.5)), [1.0, 2.5, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(flat(x.at((1, [0, 0])).apply(|v| v * 10.0)), [1.0, 2.0, 3.0, 400.0, 5.0, 6.0]);
    assert_eq!(scalar(1.0).at(()).set(2.0).item::<f32>(), 2.0);
    assert_eq!(scalar(1.0).at(()).add(2.0).item::<f32>(), 3.0);
}

#[test]
fn updates_keep_the_dtype_of_the_array() {
    let x = array([1, 2, 3]);
    let y = x.at(1).set(2.75);
    assert_eq!((y.dtype(), y.to_vec::<i32>()), (DType::I32, vec![1, 2, 3]));
    assert_eq!(x.at([0, 1]).add(0.5).to_vec::<i32>(), [1, 2, 3]);
    assert_eq!(x.at(1).divide(2).dtype(), DType::F32);
    assert_eq!(array([1i8, 2]).at(0).set(300).to_vec::<i8>(), [44, 2]);
}

/// Compares the program of an index of `i32[3,4]` and an `i32[]`.
fn shown(f: &(dyn Fn(&Array, &Array) -> Array + Send + Sync), expected: Expect) {
    let program = make_jaxpr(move |x: &Array, i: &Array| f(x, i));
    let index = Array::from_slice(&[], &[1i32]);
    expected.assert_eq(&program(&counting(&[3, 4]), &index).to_string());
}

#[test]
fn an_index_of_one_window_is_a_slice() {
    shown(
        &|x, _| x.get((1, ..)),
        expect![[r#"
        { lambda ; a:i32[3,4] b:i32[]. let
            c:i32[1,4] = slice[limit_indices=(2, 4) start_indices=(1, 0) strides=None] a
            d:i32[4] = squeeze[dimensions=(0,)] c
          in (d,) }"#]],
    );
    shown(
        &|x, _| x.get(s![..;-1, NewAxis, 1..3]),
        expect![[r#"
        { lambda ; a:i32[3,4] b:i32[]. let
            c:i32[3,2] = slice[limit_indices=(3, 3) start_indices=(0, 1) strides=None] a
            d:i32[3,2] = rev[dimensions=(0,)] c
            e:i32[3,1,2] = broadcast_in_dim[broadcast_dimensions=(0, 2) shape=(3, 1, 2)] d
          in (e,) }"#]],
    );
    shown(
        &|x, i| x.get((i, 1..3)),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:bool[] = lt b 0:i32[]
                d:i32[] = add b 3:i32[]
                e:i32[] = select_n c b d
                f:i32[1,2] = dynamic_slice[slice_sizes=(1, 2)] a e 1:i32[]
                g:i32[2] = squeeze[dimensions=(0,)] f
              in (g,) }"#]],
    );
    shown(
        &|x, i| x.get((ds(i, 2), 0)),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:bool[] = lt b 0:i32[]
                d:i32[] = add b 3:i32[]
                e:i32[] = select_n c b d
                f:i32[2,1] = dynamic_slice[slice_sizes=(2, 1)] a e 0:i32[]
                g:i32[2] = squeeze[dimensions=(1,)] f
              in (g,) }"#]],
    );
}

#[test]
fn other_indices_are_gathers_and_scatters() {
    shown(
        &|x, i| x.at((i, 1..3)).mode(IndexMode::Fill).get(),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:bool[] = lt b 0:i32[]
                d:i32[] = add b 3:i32[]
                e:i32[] = select_n c b d
                f:i32[1] = broadcast_in_dim[broadcast_dimensions=() shape=(1,)] e
                g:i32[1] = broadcast_in_dim[broadcast_dimensions=() shape=(1,)] 1:i32[]
                h:i32[2] = concatenate[dimension=0] f g
                i:i32[2] = gather[
                  dimension_numbers=GatherDimensionNumbers(offset_dims=(0,), collapsed_slice_dims=(0,), start_index_map=(0, 1), operand_batching_dims=(), start_indices_batching_dims=())
                  fill_value=None
                  indices_are_sorted=True
                  mode=GatherScatterMode.FILL_OR_DROP
                  slice_sizes=(1, 2)
                  unique_indices=True
                ] a h
              in (i,) }"#]],
    );
    shown(
        &|x, i| x.get(s![i, ..;2]),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:bool[] = lt b 0:i32[]
                d:i32[] = add b 3:i32[]
                e:i32[] = select_n c b d
                f:i32[2,1] = broadcast_in_dim[broadcast_dimensions=() shape=(2, 1)] e
                g:i32[2] = iota[dimension=0 dtype=int32 shape=(2,) sharding=None] 
                h:i32[2] = mul 2:i32[] g
                i:i32[2] = add 0:i32[] h
                j:i32[2,1] = broadcast_in_dim[broadcast_dimensions=(0,) shape=(2, 1)] i
                k:i32[2,2] = concatenate[dimension=1] f j
                l:i32[2] = gather[
                  dimension_numbers=GatherDimensionNumbers(offset_dims=(), collapsed_slice_dims=(0, 1), start_index_map=(0, 1), operand_batching_dims=(), start_indices_batching_dims=())
                  fill_value=None
                  indices_are_sorted=True
                  mode=GatherScatterMode.PROMISE_IN_BOUNDS
                  slice_sizes=(1, 1)
                  unique_indices=True
                ] a k
              in (l,) }"#]],
    );
    shown(
        &|x, _| x.at((1, 1..3)).set(0),
        expect![[r#"
        { lambda ; a:i32[3,4] b:i32[]. let
            c:i32[2] = broadcast_in_dim[broadcast_dimensions=() shape=(2,)] 0:i32[]
            d:i32[1,2] = reshape[dimensions=None new_sizes=(1, 2)] c
            e:i32[3,4] = dynamic_update_slice a d 1:i32[] 1:i32[]
          in (e,) }"#]],
    );
    shown(
        &|x, i| x.at(i).add(1),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:i32[4] = broadcast_in_dim[broadcast_dimensions=() shape=(4,)] 1:i32[]
                d:bool[] = lt b 0:i32[]
                e:i32[] = add b 3:i32[]
                f:i32[] = select_n d b e
                g:i32[1] = broadcast_in_dim[broadcast_dimensions=() shape=(1,)] f
                h:i32[3,4] = scatter-add[
                  dimension_numbers=ScatterDimensionNumbers(update_window_dims=(0,), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,), operand_batching_dims=(), scatter_indices_batching_dims=())
                  indices_are_sorted=True
                  mode=GatherScatterMode.FILL_OR_DROP
                  unique_indices=True
                  update_consts=()
                  update_jaxpr=None
                ] a g c
              in (h,) }"#]],
    );
    shown(
        &|x, i| x.at(i).apply(|v| v * v),
        expect![[r#"
            { lambda ; a:i32[3,4] b:i32[]. let
                c:i32[4] = broadcast_in_dim[broadcast_dimensions=() shape=(4,)] 0:i32[]
                d:bool[] = lt b 0:i32[]
                e:i32[] = add b 3:i32[]
                f:i32[] = select_n d b e
                g:i32[1] = broadcast_in_dim[broadcast_dimensions=() shape=(1,)] f
                h:i32[3,4] = scatter[
                  dimension_numbers=ScatterDimensionNumbers(update_window_dims=(0,), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,), operand_batching_dims=(), scatter_indices_batching_dims=())
                  indices_are_sorted=True
                  mode=GatherScatterMode.FILL_OR_DROP
                  unique_indices=True
                  update_consts=()
                  update_jaxpr={ lambda ; i:i32[] j:i32[]. let k:i32[] = mul i i in (k,) }
                ] a g c
              in (h,) }"#]],
    );
}

#[test]
fn errors_name_the_axis_the_index_and_the_size() {
    let x = counting(&[3, 4]);
    let says = |f: &(dyn Fn(&Array) -> Array + Send + Sync), expected: Expect| {
        let error = jit(move |x: &Array| f(x)).try_call(&x).unwrap_err();
        assert_eq!(error.diagnostic().loc().position().unwrap().0, file!(), "{error}");
        let text = error.to_string();
        let place = |line: &&str| line.starts_with("  --> ") || line.starts_with("The error occ");
        let lines: Vec<&str> = text.lines().filter(|line| !place(line)).collect();
        expected.assert_eq(&lines.join("\n"));
    };
    says(
        &|x| x.get((0, 1, 2)),
        expect!["IndexError: Too many indices: array is 2-dimensional, but 3 were indexed"],
    );
    says(
        &|x| x.get((.., 4)),
        expect!["IndexError: index 4 is out of bounds for axis 1 with size 4"],
    );
    says(&|x| x.get(-4), expect!["IndexError: index -4 is out of bounds for axis 0 with size 3"]);
    says(
        &|x| x.at((.., -5)).set(1),
        expect!["IndexError: index -5 is out of bounds for axis 1 with size 4"],
    );
    says(
        &|x| x.get((Ellipsis, Ellipsis)),
        expect!["IndexError: an index can only have a single ellipsis ('...')"],
    );
    says(&|x| x.get(s![..;0]), expect!["ValueError: slice step cannot be zero"]);
    says(
        &|x| x.get(array([1.0])),
        expect![
            "TypeError: Indexer must have integer or boolean type, got indexer with type float32"
        ],
    );
    says(
        &|x| x.get([true, false]),
        expect![[r#"
        IndexError: boolean index did not match shape of indexed array in index 0: got (2,), expected (3,)
          it stands for axis 0 of the array"#]],
    );
    says(
        &|x| x.get((.., [true, false])),
        expect![[r#"
        IndexError: boolean index did not match shape of indexed array in index 1: got (2,), expected (4,)
          it stands for axis 1 of the array"#]],
    );
    says(
        &|x| x.get(([0, 1], [0, 1, 2])),
        expect![
            "IndexError: shape mismatch: indexing arrays could not be broadcast together with shapes (2,) (3,)"
        ],
    );
    says(
        &|x| x.get(x.gt(1)),
        expect![[r#"
            NonConcreteBooleanIndexError: Array boolean indices must be concrete; got bool[3,4]
              `jnp::where_` chooses by a traced mask"#]],
    );
    says(
        &|x| x.get(ds(0, 4)),
        expect!["IndexError: a window of size 4 does not fit into axis 0 with size 3"],
    );
    says(
        &|x| x.get(ds(1.0, 2)),
        expect!["TypeError: a window's start must be an integer of rank 0, got float32[]"],
    );
    says(
        &|x| x.get(s![0..0]).get([1]),
        expect!["IndexError: index is out of bounds for axis 0 with size 0"],
    );
    says(
        &|x| x.at([0, 1]).set(array([1, 2, 3])),
        expect![
            "ValueError: Incompatible shapes for broadcasting: (3,) and requested shape (2, 4)"
        ],
    );
    says(
        &|x| x.at(0).apply(|v| v + x.get((0, 0))),
        expect![[r#"
        TypeError: apply: expected a function of one element, got one that uses 1 other arrays
          `x.at(i).set(f(&x.get(i)))` takes any function"#]],
    );
    says(
        &|x| x.at(0).apply(|v| v.get(NewAxis)),
        expect![[r#"
        TypeError: apply: expected a function of one element, got a result of shape (1,)
          `x.at(i).set(f(&x.get(i)))` takes any function"#]],
    );
    let traced = jit(|x: &Array| x.get(x.gt(1))).try_call(&x).unwrap_err();
    assert!(matches!(traced, Error::NonConcreteBooleanIndex(_)));
    assert!(matches!(jit(|x: &Array| x.get(7)).try_call(&x), Err(Error::Index(_))));
}

#[test]
fn rows_are_the_slices_along_the_leading_axis() {
    let x = counting(&[3, 2]);
    let rows: Vec<Vec<i32>> = x.rows().map(|row| row.to_vec()).collect();
    assert_eq!(rows, [[0, 1], [2, 3], [4, 5]]);
    assert_eq!((x.len(), x.rows().len()), (3, 3));
    assert_eq!(counting(&[0, 2]).rows().len(), 0);
    let sum = jit(|x: &Array| {
        let mut sum = scalar(0);
        for row in x {
            sum += row.max();
        }
        sum
    });
    assert_eq!(sum(&x).item::<i32>(), 9);
    let error = jit(|x: &Array| x.rows().next().unwrap()).try_call(&scalar(1)).unwrap_err();
    assert!(error.to_string().starts_with("TypeError: iteration over a 0-d array"), "{error}");
}

/// A small generator of numbers, so that failures come back.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from) as usize) as i64
    }

    /// An entry and what it is for the model.
    fn entry(&mut self, size: usize, arrays: usize) -> (Index, Model) {
        let n = size as i64;
        match self.below(8) {
            0 | 1 => {
                let at = self.between(-n, n);
                (Index::Integer(at), Model::Array(vec![], vec![at.rem_euclid(n) as usize]))
            }
            2 => {
                let (from, to) = (self.between(-n - 1, n + 2), self.between(-n - 1, n + 2));
                let wrap = |at: i64| if at < 0 { at + n } else { at }.clamp(0, n);
                let places = (wrap(from)..wrap(to)).map(|at| at as usize).collect();
                (s![from..to][0].clone(), Model::Range(places))
            }
            3 => {
                let step = [-2i64, -1, 2, 3][self.below(4)];
                let all: Vec<usize> =
                    if step < 0 { (0..size).rev().collect() } else { (0..size).collect() };
                let places = all.into_iter().step_by(step.unsigned_abs() as usize).collect();
                (s![..;step][0].clone(), Model::Range(places))
            }
            4 => (s![..][0].clone(), Model::Range((0..size).collect())),
            5 => {
                let mask: Vec<bool> = (0..size).map(|_| self.below(2) == 0).collect();
                let places: Vec<usize> = (0..size).filter(|at| mask[*at]).collect();
                if places.len() != arrays {
                    return self.entry(size, arrays);
                }
                (Index::Array(array(mask)), Model::Array(vec![arrays], places))
            }
            _ => {
                let shape = [vec![], vec![1], vec![arrays], vec![2, 1], vec![2, arrays]];
                let shape = shape[self.below(5)].clone();
                let count = shape.iter().product();
                let values: Vec<i32> = (0..count).map(|_| self.between(-n, n) as i32).collect();
                let places = values.iter().map(|at| at.rem_euclid(n as i32) as usize).collect();
                (Index::Array(Array::from_slice(&shape, &values)), Model::Array(shape, places))
            }
        }
    }
}

/// An entry for the model: places along an axis, places in a shape, or a new axis.
enum Model {
    Range(Vec<usize>),
    Array(Vec<usize>, Vec<usize>),
    New,
}

/// NumPy's rules written down plainly: the shape of the result, and the place in `x` of each element.
fn modelled(shape: &[usize], entries: &[Model]) -> (Vec<usize>, Vec<usize>) {
    let arrays = || {
        entries.iter().filter_map(|entry| match entry {
            Model::Array(shape, _) => Some(shape),
            _ => None,
        })
    };
    let rank = arrays().map(Vec::len).max().unwrap_or(0);
    let mut common = vec![1; rank];
    for sizes in arrays() {
        let offset = rank - sizes.len();
        sizes.iter().enumerate().filter(|(_, size)| **size != 1).for_each(|(dim, size)| {
            common[offset + dim] = *size;
        });
    }
    let at: Vec<usize> =
        (0..entries.len()).filter(|at| matches!(entries[*at], Model::Array(..))).collect();
    let adjacent = at.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let front = if adjacent { at.first().copied().unwrap_or(0) } else { 0 };
    // Dimensions of the result: those of the arrays, or the range of an entry, or a new axis.
    let mut dims: Vec<Option<usize>> = Vec::new();
    let mut sizes = Vec::new();
    for position in 0..=entries.len() {
        if position == front {
            dims.extend((0..rank).map(|_| None));
            sizes.extend_from_slice(&common);
        }
        match entries.get(position) {
            Some(Model::Range(places)) => (dims.push(Some(position)), sizes.push(places.len())).0,
            Some(Model::New) => (dims.push(Some(position)), sizes.push(1)).0,
            _ => {}
        }
    }
    let size: usize = sizes.iter().product();
    let places = (0..size).map(|flat| {
        let mut place = vec![0; sizes.len()];
        let mut rest = flat;
        for dim in (0..sizes.len()).rev() {
            place[dim] = rest % sizes[dim];
            rest /= sizes[dim];
        }
        let of_arrays: Vec<usize> =
            (0..dims.len()).filter(|dim| dims[*dim].is_none()).map(|dim| place[dim]).collect();
        let mut axes = shape.iter();
        entries.iter().enumerate().fold(0, |flat, (position, entry)| {
            let along = match entry {
                Model::New => return flat,
                Model::Range(places) => {
                    let dim = dims
                        .iter()
                        .position(|dim| *dim == Some(position))
                        .expect("a range has a dimension");
                    places[place[dim]]
                }
                Model::Array(sizes, places) => {
                    let own = &of_arrays[rank - sizes.len()..];
                    let flat = sizes
                        .iter()
                        .zip(own)
                        .fold(0, |flat, (size, at)| flat * size + if *size == 1 { 0 } else { *at });
                    places[flat]
                }
            };
            flat * axes.next().expect("an axis per entry") + along
        })
    });
    let places = places.collect();
    (sizes, places)
}

#[test]
fn random_indices_read_and_update_as_a_plain_model_does() {
    let mut random = Random(7);
    for round in 0..400 {
        let rank = 1 + random.below(4);
        let shape: Vec<usize> = (0..rank).map(|_| 1 + random.below(4)).collect();
        let arrays = 1 + random.below(3);
        let (mut index, mut model) = (Vec::new(), Vec::new());
        for size in &shape {
            if random.below(5) == 0 {
                index.push(Index::NewAxis);
                model.push(Model::New);
            }
            let (entry, meaning) = random.entry(*size, arrays);
            index.push(entry);
            model.push(meaning);
        }
        let x = counting(&shape);
        let (sizes, places) = modelled(&shape, &model);
        let expected: Vec<i32> = places.iter().map(|place| *place as i32).collect();
        let run = |x: &Array, index: &[Index], values: &Array| {
            let add = x.at(index).add(values);
            (x.get(index), add, x.at(index).set(-1), x.at(index).mode(IndexMode::Fill).get())
        };
        let values = counting(&sizes);
        let eager = run(&x, &index, &values);
        // Arrays of integers are traced; masks stay known.
        let traced = |entry: &Index| match entry {
            Index::Array(array) if !array.dtype().is_bool() => Some(array.clone()),
            _ => None,
        };
        let given: Vec<Array> = index.iter().filter_map(traced).collect();
        let known = index.clone();
        let jitted = jit(move |x: &Array, values: &Array, given: &Vec<Array>| {
            let mut given = given.iter();
            let entry = |entry: &Index| match traced(entry) {
                Some(_) => Index::Array(given.next().unwrap().clone()),
                None => entry.clone(),
            };
            let index: Vec<Index> = known.iter().map(entry).collect();
            run(x, &index, values)
        });
        let jitted = jitted(&x, &values, &given);
        for (read, add, set, fill) in [eager, jitted] {
            let context = format!("round {round}: {shape:?} at {index:?}");
            assert_eq!(
                (read.shape(), read.to_vec::<i32>()),
                (&sizes[..], expected.clone()),
                "{context}"
            );
            assert_eq!(fill.to_vec::<i32>(), expected, "{context}");
            let mut sums: Vec<i32> = x.to_vec();
            places.iter().enumerate().for_each(|(i, place)| sums[*place] += i as i32);
            assert_eq!(add.to_vec::<i32>(), sums, "{context}");
            let mut marked: Vec<i32> = x.to_vec();
            places.iter().for_each(|place| marked[*place] = -1);
            assert_eq!(set.to_vec::<i32>(), marked, "{context}");
        }
    }
}
