/** Foreign keys that share columns with each other, with the key, or with a plain column. */
import assert from 'node:assert/strict';
import { QueryError, ValidationFailedError, type Espalier } from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';
import {
  Album,
  Artist,
  Basket,
  Line,
  Mark,
  Order,
  Parcel,
  Product,
  Profile,
  Tenant,
  everySharing,
  orderOf,
  productOf,
} from '../shared-columns-model';

/** Two tenants, each with the orders 1 and 2 and the products a and b; a line of the first. */
const scene =
  (work: (orm: Espalier, context: ComplianceContext) => Promise<void>) =>
  (context: ComplianceContext): Promise<void> =>
    context.withOrm(everySharing, async (orm) => {
      await orm.transaction((session) => {
        for (const id of [1, 2]) {
          const tenant = session.create(Tenant, { id, name: `tenant ${String(id)}` });
          for (const number of [1, 2]) session.create(Order, { number, tenant });
          for (const code of ['a', 'b']) session.create(Product, { code, tenant });
        }
        session.create(Line, { id: 1, order: orderOf(session, 1, 1), product: productOf(session, 1, 'a') });
        return Promise.resolve();
      });
      await work(orm, context);
    });

const disagree =
  (entity: string, ...properties: string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof ValidationFailedError, String(error));
    for (const property of properties) assert.match(error.message, new RegExp(`${entity}\\.${property}\\b`));
    return true;
  };

const line = { tenantId: 1, id: 1 };

export const sharedColumns: CaseGroup = {
  name: 'Columns that several properties hold',
  cases: {
    'are written by the references of a new entity': scene(async (orm) => {
      await using session = orm.session();
      const found = await session.repository(Line).get(line);
      assert.equal(found.tenantId, 1);
      assert.deepEqual([found.order.number, found.product?.code], [1, 'a']);
    }),

    'are known to a new entity after its flush': scene(async (orm) => {
      await using session = orm.session();
      const order = await session.repository(Order).get({ tenantId: 2, number: 1 });
      const made = session.create(Line, { id: 5, order });
      await session.flush();
      assert.equal(made.tenantId, 2);
      assert.equal(session.isDirty(made), false);
      assert.equal(made.product, null);
    }),

    'are refused before any SQL where references of a new entity disagree': scene(async (orm) => {
      await using session = orm.session();
      const made = session.create(Line, {
        id: 5,
        order: orderOf(session, 1, 1),
        product: productOf(session, 2, 'a'),
      });
      const statements: string[] = [];
      orm.on('query', ({ sql }) => void statements.push(sql));
      await assert.rejects(session.flush(), disagree('Line', 'order', 'product'));
      assert.deepEqual(statements, []);
      made.product = productOf(session, 1, 'a');
      await session.commit();
      assert.equal(made.tenantId, 1);
    }),

    'are refused where the plain column of a new entity disagrees with a reference': scene(async (orm) => {
      await using session = orm.session();
      session.create(Line, { id: 5, tenantId: 2, order: orderOf(session, 1, 1) });
      await assert.rejects(session.flush(), disagree('Line', 'tenantId', 'order'));
    }),

    'are refused where a changed reference leads to another tenant': scene(async (orm) => {
      await using session = orm.session();
      const found = await session.repository(Line).get(line);
      found.product = productOf(session, 2, 'a');
      await assert.rejects(session.commit(), disagree('Line', 'tenantId', 'product'));
      await session.rollback();
      found.product = productOf(session, 1, 'b');
      await session.commit();
      await using other = orm.session();
      assert.equal((await other.repository(Line).get(line)).product?.code, 'b');
    }),

    'keep the tenant where a reference is set to null': scene(async (orm) => {
      await using session = orm.session();
      const found = await session.repository(Line).get(line);
      found.product = null;
      await session.commit();
      await using other = orm.session();
      const again = await other.repository(Line).get(line);
      assert.deepEqual([again.tenantId, again.product, again.order.number], [1, null, 1]);
      assert.equal(await other.repository(Line).filter({ product: null }).count(), 1);
    }),

    'are filtered, ordered and included by': scene(async (orm) => {
      await using session = orm.session();
      const lines = session.repository(Line);
      assert.equal(await lines.filter({ order: { tenantId: 1, number: 1 } }).count(), 1);
      assert.equal(await lines.filter({ order: { tenantId: 2, number: 1 } }).count(), 0);
      assert.equal(await lines.filter({ tenantId: 1, product: { code: 'a' } }).count(), 1);
      assert.equal(await lines.filter({ order: { tenant: { name: 'tenant 1' } } }).count(), 1);
      const found = await lines.include('order.tenant', 'product').orderBy('order', '-product').one();
      assert.equal(found.order.tenant.name, 'tenant 1');
      assert.equal(found.product?.code, 'a');
      const order = await session.repository(Order).include('lines').get({ tenantId: 1, number: 1 });
      assert.deepEqual(
        order.lines.map(({ id }) => id),
        [1],
      );
    }),

    'follow the collection that an entity is added to': scene(async (orm) => {
      await using session = orm.session();
      const order = await session.repository(Order).get({ tenantId: 2, number: 2 });
      const made = Object.assign(new Line(), { id: 9 });
      order.lines.add(made);
      await session.commit();
      assert.equal(made.tenantId, 2);
      await using other = orm.session();
      assert.equal(await other.repository(Line).filter({ tenantId: 2 }).count(), 1);
    }),

    'are the key of a new order that is written in the same flush': scene(async (orm) => {
      await using session = orm.session();
      const order = session.create(Order, { tenantId: 2, number: 7, tenant: session.reference(Tenant, 2) });
      const made = session.create(Line, { id: 3, order });
      await session.commit();
      assert.deepEqual([made.tenantId, order.tenantId], [2, 2]);
      session.delete(order);
      await session.commit();
      assert.equal(await session.repository(Line).filter({ tenantId: 2 }).count(), 0);
    }),

    'of the key cannot be changed through a reference': scene(async (orm) => {
      await using session = orm.session();
      const order = await session.repository(Order).get({ tenantId: 1, number: 2 });
      order.tenant = session.reference(Tenant, 2);
      await assert.rejects(session.commit(), (error: unknown) => {
        assert.ok(error instanceof ValidationFailedError);
        assert.match(error.message, /Order\.tenant is part of the key/);
        return true;
      });
    }),

    'are what the references that are set agree on, where nothing else has them': scene(async (orm) => {
      await using session = orm.session();
      const parcel = session.create(Parcel, { product: productOf(session, 2, 'b') });
      await session.commit();
      parcel.order = orderOf(session, 1, 1);
      await assert.rejects(session.commit(), disagree('Parcel', 'order', 'product'));
      await session.rollback();
      parcel.order = orderOf(session, 2, 1);
      await session.commit();
      parcel.product = null;
      await session.commit();
      await using other = orm.session();
      const found = await other.repository(Parcel).get(parcel.id);
      assert.deepEqual([found.order?.tenantId, found.order?.number, found.product], [2, 1, null]);
      found.order = null;
      await other.commit();
      assert.equal(await other.repository(Parcel).filter({ order: null, product: null }).count(), 1);
    }),

    'move with all references to another tenant': scene(async (orm) => {
      await using session = orm.session();
      const parcel = session.create(Parcel, { order: orderOf(session, 1, 1), product: productOf(session, 1, 'a') });
      await session.commit();
      parcel.order = orderOf(session, 2, 1);
      parcel.product = productOf(session, 2, 'a');
      await session.commit();
      await using other = orm.session();
      assert.equal((await other.repository(Parcel).include('product.tenant').get(parcel.id)).product?.tenant.id, 2);
    }),

    'beside a reference follow it, and the reference follows them': scene(async (orm) => {
      await using session = orm.session();
      const [one, two] = ['one', 'two'].map((name) => session.create(Artist, { name }));
      const album = session.create(Album, { artist: one! });
      await session.commit();
      assert.equal(album.artistId, one!.id);
      album.artist = two!;
      assert.equal(session.isDirty(album), true);
      await session.commit();
      assert.equal(album.artistId, two!.id);
      album.artistId = one!.id;
      await session.commit();
      assert.equal(album.artist, one);
      album.artist = null;
      await session.commit();
      assert.equal(album.artistId, null);
      album.artistId = two!.id;
      album.artist = one!;
      await assert.rejects(session.commit(), disagree('Album', 'artistId', 'artist'));
      await session.rollback();
      await using other = orm.session();
      const found = await other.repository(Album).get(album.id);
      assert.deepEqual([found.artistId, found.artist], [null, null]);
    }),

    'beside a reference are enough for a new entity': scene(async (orm) => {
      await using session = orm.session();
      const artist = session.create(Artist, { name: 'one' });
      await session.commit();
      const album = session.create(Album, { artistId: artist.id });
      await session.commit();
      assert.equal(album.artist, artist);
      assert.equal((await session.load(artist, 'albums')).albums.length, 1);
    }),

    'take the key of a new entity that the database makes': scene(async (orm) => {
      await using session = orm.session();
      const artist = session.create(Artist, { name: 'one' });
      const profile = session.create(Profile, { artist, text: 'sings' });
      const album = session.create(Album, { artist });
      await session.commit();
      assert.ok(artist.id > 0);
      assert.deepEqual([profile.artistId, album.artistId], [artist.id, artist.id]);
      assert.deepEqual([session.isDirty(profile), session.isDirty(album)], [false, false]);
      await using other = orm.session();
      assert.equal((await other.repository(Profile).include('artist').get({ artistId: artist.id })).artist.name, 'one');
    }),

    'are inserted by insertMany, and refused where they disagree': scene(async (orm) => {
      await using session = orm.session();
      const lines = session.repository(Line);
      await lines.insertMany([
        { id: 11, order: orderOf(session, 2, 1) },
        { id: 12, order: orderOf(session, 2, 2), product: productOf(session, 2, 'b') },
      ]);
      assert.equal(await lines.filter({ tenantId: 2 }).count(), 2);
      const wrong = { id: 13, order: orderOf(session, 2, 2), product: productOf(session, 1, 'b') };
      await assert.rejects(async () => lines.insertMany([wrong]), disagree('Line', 'order', 'product'));
      await session.commit();
    }),

    'are left alone by an update whose filter names them': scene(async (orm) => {
      await using session = orm.session();
      const lines = session.repository(Line);
      const product = productOf(session, 1, 'b');
      assert.equal(await lines.filter({ tenantId: 1 }).update({ product }), 1);
      assert.equal(await lines.filter({ order: { tenantId: 1, number: 1 } }).update({ product: null }), 1);
      for (const set of [
        () => lines.all().update({ product }),
        () => lines.filter({ tenantId: 2 }).update({ product }),
      ])
        await assert.rejects(
          async () => set(),
          (error: unknown) => {
            assert.ok(error instanceof QueryError);
            assert.match(error.message, /Line\.product.*Line\.tenantId/);
            return true;
          },
        );
      await session.commit();
    }),

    'are set by an update that gives all that hold them': scene(async (orm) => {
      await using session = orm.session();
      const parcels = session.repository(Parcel);
      session.create(Parcel, {});
      await session.flush();
      const order = orderOf(session, 1, 1);
      await assert.rejects(
        async () => parcels.all().update({ order, product: productOf(session, 2, 'a') }),
        /Parcel\.order and Parcel\.product/,
      );
      await parcels.all().update({ order, product: productOf(session, 1, 'a') });
      assert.equal(await parcels.filter({ order, product: { tenantId: 1, code: 'a' } }).count(), 1);
      await session.commit();
    }),

    'beside a reference are set by an update of either': scene(async (orm) => {
      await using session = orm.session();
      const artist = session.create(Artist, { name: 'one' });
      session.create(Album, {});
      await session.flush();
      const albums = session.repository(Album);
      await albums.all().update({ artist });
      assert.equal(await albums.filter({ artistId: artist.id }).count(), 1);
      await albums.all().update({ artistId: null });
      assert.equal(await albums.filter({ artist: null }).count(), 1);
      await session.commit();
    }),

    'are found and made by updateOrCreate and getOrCreate': scene(async (orm) => {
      await using session = orm.session();
      const lines = session.repository(Line);
      const order = orderOf(session, 2, 1);
      const [entity, created] = await lines.updateOrCreate({ id: 20, order }, { product: productOf(session, 2, 'a') });
      const [same, again] = await lines.updateOrCreate({ id: 20, order }, { product: productOf(session, 2, 'b') });
      assert.deepEqual([created, again, same === entity], [true, false, true]);
      assert.equal(entity.tenantId, 2);
      await assert.rejects(
        async () => lines.updateOrCreate({ id: 20, order }, { product: productOf(session, 1, 'b') }),
        disagree('Line', 'tenantId', 'product'),
      );
      await session.rollback();
    }),

    'of a key of two references are given by both, which must agree': scene(async (orm) => {
      await using session = orm.session();
      const key = { order: orderOf(session, 1, 1), product: productOf(session, 1, 'a') };
      const mark = session.create(Mark, { ...key, note: 'new' });
      await session.commit();
      assert.equal(session.reference(Mark, key), mark);
      await using other = orm.session();
      const found = await other.repository(Mark).get(key);
      assert.equal(found.note, 'new');
      found.note = 'changed';
      await other.commit();
      const wrong = { ...key, product: productOf(session, 2, 'a') };
      assert.throws(() => other.reference(Mark, wrong), /Mark\.order and Mark\.product disagree/);
      const others = await other
        .repository(Mark)
        .getOrCreateMany([key, { ...key, product: productOf(session, 1, 'b') }]);
      assert.equal(others.length, 2);
      await assert.rejects(async () => other.repository(Mark).getOrCreateMany([wrong]), /disagree/);
      other.delete(found);
      await other.commit();
      assert.equal(await other.repository(Mark).all().count(), 1);
    }),

    'are referred to without being read': scene(async (orm) => {
      await using session = orm.session();
      const found = session.reference(Line, line);
      assert.equal(found.tenantId, 1);
      (found as Line).product = productOf(session, 1, 'b');
      await session.commit();
      const wrong = session.reference(Line, { tenantId: 1, id: 2 });
      (wrong as Line).product = productOf(session, 2, 'b');
      await assert.rejects(session.commit(), disagree('Line', 'tenantId', 'product'));
      await session.rollback();
      await using other = orm.session();
      assert.equal((await other.repository(Line).get(line)).product?.code, 'b');
    }),

    'of a join table are written once, and refused where its ends disagree': scene(async (orm) => {
      await using session = orm.session();
      const products = await session.repository(Product).filter({ tenantId: 2 }).orderBy('code');
      const basket = session.create(Basket, { tenantId: 2, id: 1, products });
      await session.commit();
      basket.products.remove(products[0]!);
      await session.commit();
      await using other = orm.session();
      const found = await other.repository(Basket).include('products').get({ tenantId: 2, id: 1 });
      assert.deepEqual(
        found.products.map(({ code }) => code),
        ['b'],
      );
      found.products.add(await other.repository(Product).get({ tenantId: 1, code: 'a' }));
      await assert.rejects(other.commit(), (error: unknown) => {
        assert.ok(error instanceof ValidationFailedError);
        assert.match(error.message, /Basket\.products .*'tenant_id'/);
        return true;
      });
      await other.rollback();
      other.delete(found);
      await other.commit();
      assert.equal(await other.repository(Basket).all().count(), 0);
    }),

    'are read in part': scene(async (orm) => {
      await using session = orm.session();
      const found = await session.repository(Line).only('id', 'product').get(line);
      found.product = productOf(session, 1, 'b');
      await session.commit();
      await session.refresh(found);
      assert.equal(found.product.code, 'b');
    }),
  },
};
