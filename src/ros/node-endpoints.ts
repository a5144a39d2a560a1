import type { EndpointInfo, RclNode } from './rclnodejs.ts';

/** A node on the graph and the identity (GID) that the middleware gave to an endpoint of it. */
export type NodeEndpoint = { node: string; gid: readonly number[] };

/** Nearly every node publishes on these, so that two look-ups tell of all. */
const commonTopics = ['/rosout', '/parameter_events'];

/** Fully qualified names of all nodes on the graph, sorted, each once. */
export function graphNodes(node: RclNode): string[] {
  const names = node.getNodeNamesAndNamespaces().map(({ name, namespace }) => qualifiedName(namespace, name));
  return [...new Set(names)].sort();
}

/** Endpoints of these nodes, at least one of each whose endpoints are known yet. */
export function nodeEndpoints(node: RclNode, nodes: readonly string[]): NodeEndpoint[] {
  const found = commonTopics.flatMap((topic) => node.getPublishersInfoByTopic(topic)).map(toNodeEndpoint);
  const seen = new Set(found.map((endpoint) => endpoint.node));
  const others = nodes.filter((name) => !seen.has(name)).flatMap((name) => ownEndpoints(node, name));
  return [...found, ...others];
}

/** By the first topic that the node publishes or subscribes to. */
function ownEndpoints(node: RclNode, fullName: string): NodeEndpoint[] {
  const at = fullName.lastIndexOf('/');
  const [namespace, name] = [fullName.slice(0, at) || '/', fullName.slice(at + 1)];
  try {
    const [published] = node.getPublisherNamesAndTypesByNode(name, namespace);
    const [subscribed] = node.getSubscriptionNamesAndTypesByNode(name, namespace);
    const endpoints = published
      ? node.getPublishersInfoByTopic(published.name)
      : subscribed
        ? node.getSubscriptionsInfoByTopic(subscribed.name)
        : [];
    return endpoints.map(toNodeEndpoint).filter((endpoint) => endpoint.node === fullName);
  } catch {
    // The node left between the look at the graph and this one.
    return [];
  }
}

function toNodeEndpoint({ node_namespace, node_name, endpoint_gid }: EndpointInfo): NodeEndpoint {
  return { node: qualifiedName(node_namespace, node_name), gid: endpoint_gid };
}

/** A node's fully qualified name. */
export function qualifiedName(namespace: string, name: string): string {
  return namespace === '/' ? `/${name}` : `${namespace}/${name}`;
}
